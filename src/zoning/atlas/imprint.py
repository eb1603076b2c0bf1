"""What the margin of every sheet says: whose atlas it is, which version, who signs, where its coordinates hold."""

from __future__ import annotations

from pyproj import CRS

from zoning.atlas.model import Imprint
from zoning.messages import say
from zoning.result import Result
from zoning.symbology.marks import example_mark, sheet_warnings

__all__ = ["imprint_of", "system_text"]

_SIGNERS = ("compiled", "checked", "reviewed", "approved")
_BELTS = ("3", "6")


def imprint_of(result: Result, lang: str = "zh") -> Imprint:
    """Return the marginalia of a result: from its study alone, so that no clock and no machine is in them.

    Parameters
    ----------
    result : Result
        What a run found.
    lang : str
        ``zh`` or ``en``.
    """
    study = result.study
    atlas, about = study.atlas, study.study
    return Imprint(
        study=about.name,
        title=atlas.title or say("sheet.atlas.title", lang, study=about.name),
        mark=example_mark(result, lang),
        compiler=about.compiler,
        date=about.date,
        version=atlas.version,
        status=say(f"sheet.status.{atlas.status}", lang),
        approval=atlas.approval,
        edition=say(f"sheet.edition.{about.edition}", lang),
        crs=system_text(result.units.crs, lang),
        sign_off=tuple((say(f"sheet.sign.{one}", lang), getattr(atlas.sign_off, one)) for one in _SIGNERS),
        warnings=tuple(text for texts in sheet_warnings(result, lang).values() for text in texts),
        lang=lang,
    )


def system_text(crs: CRS, lang: str = "zh") -> str:
    """Return a coordinate system as a map margin names it: datum, belt with its central meridian, code.

    Examples
    --------
    >>> system_text(CRS.from_epsg(4549)), system_text(CRS.from_epsg(4490), "en")
    ('CGCS2000 / 3 度带 120°E（EPSG:4549）', 'CGCS2000 geographic coordinates (EPSG:4490)')
    """
    code = crs.to_authority()
    shown = f"{code[0]}:{code[1]}" if code else ""
    geodetic = crs.geodetic_crs.name if crs.geodetic_crs is not None else crs.name
    datum = say("sheet.crs.cgcs2000", lang) if "China Geodetic Coordinate System 2000" in geodetic else geodetic
    key, slots = _kind(crs)
    text = say(f"sheet.crs.{key}", lang, datum=datum, name=crs.name, **slots)
    return say("sheet.crs.code", lang, text=text, code=shown) if shown else text


def _kind(crs: CRS) -> tuple[str, dict[str, str]]:
    if crs.is_geographic:
        return "geographic", {}
    operation = crs.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return "other", {}
    values = {one.name: one.value for one in operation.params}
    meridian = next((float(value) for name, value in values.items() if "ongitude" in name), 0.0)
    belt = next((belt for belt in _BELTS if f"{belt}-degree" in crs.name), "")
    side = f"{abs(meridian):g}°{'E' if meridian >= 0 else 'W'}"
    return ("belt" if belt else "meridian"), {"belt": belt, "meridian": side}
