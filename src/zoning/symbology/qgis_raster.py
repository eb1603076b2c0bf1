"""Styles of QGIS for grids: the classes of emission density, brought to the values that the cells of a grid hold."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

from zoning.symbology.look import Look

__all__ = ["raster_pipe"]

_BEYOND = 1e300  # QGIS cannot read an infinite end of a class
_NARROW = 1e-9


def raster_pipe(theme: str, per_density: float, look: Look, lang: str = "zh") -> ET.Element:
    """Return how a grid is drawn: one colour per class of density, so that a colour means the same tonnes per km².

    Parameters
    ----------
    theme : str
        A theme of densities; one that the look does not have gives shades of grey.
    per_density : float
        What a cell holds where the density is 1 t km-2 yr-1.
    look : Look
        Look of the study.
    lang : str
        Language of the labels.

    Examples
    --------
    >>> from zoning.symbology.look import packaged_look
    >>> pipe = raster_pipe("density.CO2", 0.25, packaged_look())
    >>> [round(float(one.get("value")), 6) for one in pipe.iter("item")][1:3]  # below 300 and 1,000 t km-2 yr-1
    [75.0, 250.0]
    """
    pipe = ET.Element("pipe")
    if theme not in look.numeric_themes:
        grey = {
            "type": "singlebandgray",
            "grayBand": "1",
            "gradient": "BlackToWhite",
            "opacity": "1",
            "alphaBand": "-1",
        }
        renderer = ET.SubElement(pipe, "rasterrenderer", grey)
        _limits(renderer)
        return pipe
    renderer = ET.SubElement(
        pipe, "rasterrenderer", type="singlebandpseudocolor", band="1", opacity="1", alphaBand="-1"
    )
    _limits(renderer)
    shader = ET.SubElement(ET.SubElement(renderer, "rastershader"), "colorrampshader")
    for name, value in (("colorRampType", "DISCRETE"), ("classificationMode", "1"), ("clip", "0")):
        shader.set(name, value)
    for one in look.class_limits(theme):
        ET.SubElement(
            shader,
            "item",
            value=repr(_below(one.upper, per_density)),
            color=one.fill,
            alpha="255",
            label=one.label(lang),
        )
    return pipe


def _below(upper: float, per_density: float) -> float:
    """Return the end of a class as QGIS has it: it belongs to the class there, ours is open above, and 0 is no sink."""
    if math.isinf(upper):
        return _BEYOND
    return (upper - _NARROW * max(abs(upper), 1.0)) * per_density


def _limits(renderer: ET.Element) -> None:
    holder = ET.SubElement(renderer, "minMaxOrigin")
    for name, text in (("limits", "MinMax"), ("extent", "WholeRaster"), ("statAccuracy", "Estimated")):
        ET.SubElement(holder, name).text = text
