"""What a file most likely is and says, each guess with its reason: for a first study file that a person confirms.

A guess is never used to compute: it is written where the user sees it, or named in a finding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from zoning.errors import QuantityError
from zoning.intake import RawLayer, RawRaster
from zoning.messages import Both
from zoning.quantities import dimension
from zoning.tables import numbers
from zoning.vocab import field_name, value, zone_subtype

__all__ = ["Guess", "guess_columns", "guess_raster", "guess_region", "guess_years"]

_CODE = re.compile(r"(ZH|HY|YS)\d{6}[123]\d{4,6}")
_WORD = re.compile(r"[A-Za-z]+\d*(?:\.\d+)?|[一-鿿]+|\d+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class Guess:
    """A value and why it is likely."""

    value: str
    reason: Both


def guess_region(codes: Iterable[str]) -> Guess | None:
    """Return the smallest region (county, city, province) that nearly all of the codes lie in.

    Examples
    --------
    >>> guess_region(["ZH35058210001", "ZH35058220002", "ZH35052120001"]).value
    '350500'
    >>> guess_region(["A1", "A2"]) is None
    True
    """
    whole = list(codes)
    admins = [code[2:8] for code in whole if _CODE.fullmatch(code)]
    for length in (6, 4, 2):
        counts = Counter(admin[:length] for admin in admins)
        prefix, count = max(counts.items(), key=lambda item: (item[1], item[0])) if counts else ("", 0)
        if whole and count >= numbers("thresholds")["region_share"] * len(whole):
            shown = (f"{len(whole)} 个编码中有 {count} 个属于它", f"{count} of {len(whole)} codes lie in it")
            return Guess(prefix.ljust(6, "0"), Both(*shown))
    return None


def guess_columns(raw: RawLayer, kind: str) -> Mapping[str, Guess]:
    """Return our name → header for required fields that no dialect knows but whose values give them away.

    Parameters
    ----------
    raw : RawLayer
        As it was read.
    kind : str
        ``units`` or ``zones.<element>``.
    """
    headers = [str(header) for header in raw.frame.columns if header != raw.frame.geometry.name]
    known = {field_name(kind, header) for header in headers}
    wanted: dict[str, Callable[[str], bool]] = {"code": lambda text: bool(_CODE.fullmatch(text))}
    if kind == "units":
        wanted["unit_class"] = lambda text: value("unit_class", text) is not None
    else:
        element = kind.partition(".")[2]
        wanted["subtype"] = lambda text: zone_subtype(element, text) is not None
    guesses: dict[str, Guess] = {}
    for field, fits in wanted.items():
        if field in known:
            continue
        shares = {header: _share(raw.frame[header], fits) for header in headers if field_name(kind, header) is None}
        best = max(shares, key=lambda header: shares[header], default="")
        if best and shares[best] >= numbers("thresholds")["column_share"]:
            shown = (f"该列 {shares[best]:.0%} 的值符合", f"{shares[best]:.0%} of its values fit")
            guesses[field] = Guess(best, Both(*shown))
    return guesses


def _share(column: Iterable[object], fits: Callable[[str], bool]) -> float:
    texts = [str(cell).strip() for cell in column]
    return sum(map(fits, texts)) / len(texts) if texts else 0.0


def guess_years(name: str) -> tuple[int, ...]:
    """Return the years that a file name holds.

    Examples
    --------
    >>> guess_years("CO2_industry_2019.tif")
    (2019,)
    """
    return tuple(int(year) for year in _YEAR.findall(name))


def guess_raster(raw: RawRaster, name: str) -> Mapping[str, Guess]:
    """Return what a raster says of itself: any of ``species, sector, year, unit, kind``.

    Parameters
    ----------
    raw : RawRaster
        Its tags and variable.
    name : str
        File name without suffix; its words may name species, sector and year.

    Examples
    --------
    >>> from affine import Affine
    >>> from zoning.intake import ArrayBlocks
    >>> import numpy as np
    >>> raw = RawRaster("x.tif", ArrayBlocks(np.ones((1, 1))), "EPSG:4490", Affine.identity(), unit_tag="kg m-2 s-1")
    >>> {key: guess.value for key, guess in guess_raster(raw, "NOx_transport_2019").items()}
    {'species': 'NOx', 'sector': 'transport', 'year': '2019', 'unit': 'kg m-2 s-1', 'kind': 'flux'}
    """
    guesses: dict[str, Guess] = {}
    for key in ("species", "sector"):
        for text, where in _texts(raw, name):
            found = next((code for word in _WORD.findall(text) if (code := value(key, word)) is not None), None)
            if found is not None:
                guesses[key] = Guess(found, Both(f"{where.zh}“{text}”", f"{where.en} “{text}”"))
                break
    years = sorted({step.year for step in raw.steps if step.year is not None}) or list(guess_years(name))
    if len(years) == 1:
        reason = Both("时间轴", "time axis") if raw.steps else Both("文件名", "file name")
        guesses["year"] = Guess(str(years[0]), reason)
    if raw.unit_tag:
        guesses["unit"] = Guess(raw.unit_tag, Both("文件自带的单位标记", "unit tag of the file"))
        guesses |= _kind(raw.unit_tag)
    return guesses


def _texts(raw: RawRaster, name: str) -> list[tuple[str, Both]]:
    variable, file = Both("变量或波段", "variable or band"), Both("文件名", "file name")
    return [(text, where) for text, where in ((raw.layer, variable), (raw.species_tag, variable), (name, file)) if text]


def _kind(unit: str) -> dict[str, Guess]:
    try:
        per_area = "[length]" in dimension(unit)
    except QuantityError:
        return {}
    reason = Both("由单位的量纲", "by the dimension of the unit")
    return {"kind": Guess("flux" if per_area else "total", reason)}
