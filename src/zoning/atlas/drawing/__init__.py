"""Maps as vectors: every panel one page of its frame's size, nothing on it but the map itself.

==============  ====================================================================================================
``pages``       panels and frames → one file, one page each
``stock``       shapes as a scale needs them, kept between panels that show the same
``layers``      areas, points, lines and cells as artists
``hatching``    hatches in millimetres
``lettering``   our fonts, what a text measures, texts with a halo
``furniture``   neat line, graticule, scale bar, north arrow
``locator``     the inset that tells where the frame lies
``ink``         the sheet of paper and what is drawn with
==============  ====================================================================================================
"""

from zoning.atlas.drawing.pages import draw_panels

__all__ = ["draw_panels"]
