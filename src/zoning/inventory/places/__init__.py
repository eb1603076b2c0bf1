"""Where every enterprise operates, and what was wrong with the coordinates that the tables give.

===============  ===================================================================================================
``points``       the points of the rows, in CGCS2000 as far as the rows say what they are
``datums``       shifted points that do not say so
``region``       the units, and which of them holds a point
``choosing``     one point out of several, and why the others were not taken
``townships``    a digit typed wrong, mended by the township
``sayings``      findings and corrections
``placing``      places as a whole
===============  ===================================================================================================
"""

from zoning.inventory.places.placing import place_enterprises

__all__ = ["place_enterprises"]
