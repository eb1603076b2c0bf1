"""Where areas hold: coordinate systems that may be used, transforms that are exact, areas on the ellipsoid.

==============  ====================================================================================================
``systems``     which systems may be used, how coordinates go from one to another
``ground``      how much ground lies on a square unit of a plane
``areas``       areas of polygons and of cells on the CGCS2000 ellipsoid
``gcj02``       the shifts of Chinese web maps, forward and back
==============  ====================================================================================================
"""

from zoning.crs.areas import cell_areas, geodesic_area, local_areas
from zoning.crs.ground import ground_of
from zoning.crs.kernels.windows import Ground
from zoning.crs.systems import DENSIFY, EQUAL_AREA, GEOD, as_crs, is_refused, project, same_crs, transformer

__all__ = [
    "DENSIFY",
    "EQUAL_AREA",
    "GEOD",
    "Ground",
    "as_crs",
    "cell_areas",
    "geodesic_area",
    "ground_of",
    "is_refused",
    "local_areas",
    "project",
    "same_crs",
    "transformer",
]
