"""The sheets of the atlas, in their order. A sheet is one record: a further sheet is a further record."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from zoning.atlas.model import Absent, Plate
from zoning.atlas.plates import base, emission, hotspots, questions, verdict, zones
from zoning.atlas.plates.setting import Setting
from zoning.errors import Finding, ResultError
from zoning.messages import fault, finding, say
from zoning.result import Result
from zoning.study import Study
from zoning.vocab import Element

__all__ = ["SHEETS", "Sheet", "check_asked", "check_sheets", "plates_of", "sheet_list"]


@dataclass(frozen=True)
class Sheet:
    """One sheet, or several of one kind (a species each: ``emission.CO2`` …).

    Attributes
    ----------
    id : str
        What ``[atlas] leave_out, order, titles`` and ``--sheets`` name.
    group : str
        Key of the group it is filed under: ``sheet.group.…``.
    needs : callable
        Result → key of the text that says what is missing; empty if it can be drawn.
    plates : callable
        Setting → its plates.
    many : bool
        Whether its plates are named ``id.part``.
    """

    id: str
    group: str
    needs: Callable[[Result], str]
    plates: Callable[[Setting], Iterable[Plate]]
    many: bool = False

    @property
    def title(self) -> str:
        """Key of its title."""
        return f"sheet.{self.id}"


def _nothing(_: Result) -> str:
    return ""


def _zones(element: str, result: Result) -> str:
    return "" if any(one.element == element for one in result.zones) else "sheet.missing.zones"


def _emission(result: Result) -> str:
    known = "emission" in result.ledger and bool(result.ledger["emission"].notnull().any())
    return "" if known else "sheet.missing.emission"


def _emitters(result: Result) -> str:
    return "" if result.emitters is not None and len(result.emitters) else "sheet.missing.emitters"


def _hot(result: Result) -> str:
    cells = result.inventory.evaluation.get("double_high_cells") if result.inventory is not None else None
    return "" if cells is not None and len(cells) else "sheet.missing.inventory"


def _changes(result: Result) -> str:
    if not result.zones:
        return "sheet.missing.zones"
    subtypes = {str(one) for zones_ in result.zones for one in zones_.frame["subtype"]}
    named = {draft.code.removeprefix("type:") for draft in result.drafts if draft.level == "zone" and draft.rank == 1}
    return "" if named & subtypes else "sheet.missing.zone_drafts"


def _column(missing: str, names: tuple[str, ...], result: Result) -> str:
    known = (name in result.ledger and bool(np.isfinite(result.ledger.of_unit(name)).any()) for name in names)
    return "" if any(known) else f"sheet.missing.{missing}"


def _origin(result: Result) -> str:
    if "common_origin" not in result.ledger:
        return "sheet.missing.origin"
    others = [name for name in result.ledger["common_origin"]["species"].values if name != "CO2"]
    known = bool(result.ledger["common_origin"].sel(species=others).notnull().any())
    return "" if known else "sheet.missing.origin"


def _zone_synergy(result: Result) -> str:
    if not result.zones:
        return "sheet.missing.zones"
    known = all(name in result.ledger for name in ("fragment_emission", "fragment_gridded"))
    return "" if known else "sheet.missing.emission"


def _drafts(result: Result) -> str:
    return "" if any(draft.rank == 1 for draft in result.drafts) else "sheet.missing.drafts"


def _display(result: Result) -> str:
    return "" if "synergy_class" in result.ledger else "sheet.missing.synergy_class"


def _lists(result: Result) -> str:
    return "" if result.lists else "sheet.missing.lists"


def _decided(result: Result) -> str:
    return "" if len(result.decisions) else "sheet.missing.decisions"


def _uncovered(result: Result) -> str:
    known = len(result.decisions) and result.decisions["uncovered_lo_t"].notna().any()
    return "" if known else "sheet.missing.uncovered"


def _unit_drafts(result: Result) -> str:
    known = any(draft.rank == 1 and draft.level == "unit" for draft in result.drafts)
    return "" if known else "sheet.missing.drafts"


def _parks(_: Result) -> str:
    return "sheet.missing.parks"


def _no_plates(_: Setting) -> tuple[Plate, ...]:
    return ()


SHEETS: tuple[Sheet, ...] = (
    Sheet("location", "base", _nothing, base.location),
    Sheet("unit_class", "base", _nothing, base.unit_classes),
    *(
        Sheet(f"zones.{one}", "zones", partial(_zones, one), partial(zones.element_zones, element=str(one)))
        for one in Element
    ),
    Sheet("emission", "emission", _emission, emission.totals, many=True),
    Sheet("sectors", "emission", _emission, emission.sectors, many=True),
    Sheet("emitters", "emission", _emitters, emission.emitters),
    Sheet("double_high", "synergy", _hot, hotspots.double_high),
    Sheet("zone_changes", "synergy", _changes, hotspots.zone_changes),
    Sheet("pressure", "synergy", partial(_column, "targets", ("pressure_air", "pressure_carbon")), questions.pressure),
    Sheet("common_origin", "synergy", _origin, questions.common_origin),
    Sheet("mutual_control", "synergy", partial(_column, "coverage", ("kappa_air_carbon_hi", "kappa_energy_air_hi")),
          questions.mutual_control),
    Sheet("direction", "synergy", _drafts, questions.direction),
    Sheet("synergy_class", "synergy", _display, questions.display_class),
    Sheet("zone_synergy", "synergy", _zone_synergy, hotspots.synergy_of_zones, many=True),
    Sheet("carbon_state", "verdict", _lists, verdict.carbon_states),
    Sheet("decision", "verdict", _decided, verdict.decisions),
    Sheet("driving_rule", "verdict", _decided, verdict.reasons),
    Sheet("evidence_class", "verdict", _decided, verdict.evidence),
    Sheet("uncovered", "verdict", _uncovered, verdict.uncovered),
    Sheet("before_after", "verdict", _unit_drafts, verdict.before_after),
    Sheet("parks", "parks", _parks, _no_plates),
    Sheet("unit_index", "units", _nothing, verdict.unit_index),
)  # fmt: skip


def plates_of(
    result: Result, lang: str = "zh", only: Collection[str] = ()
) -> tuple[tuple[Plate, ...], tuple[Absent, ...]]:
    """Return the sheets of a result, and those that cannot be drawn with what is missing for them.

    Parameters
    ----------
    result : Result
        What a run found; its study says what is left out, reordered and retitled.
    lang : str
        ``zh`` or ``en``.
    only : collection of str
        Ids of sheets or plates; empty makes all that the study does not leave out.
    """
    setting, wanted = Setting(result, lang), result.study.atlas
    plates: list[Plate] = []
    absent: list[Absent] = []
    for sheet in SHEETS:
        if not _asked(sheet, only) or sheet.id in wanted.leave_out:
            continue
        missing = sheet.needs(result)
        made = [] if missing else list(sheet.plates(setting))
        if not made:
            missing = missing or "sheet.missing.values"
            title = wanted.titles.get(sheet.id) or say(sheet.title, lang)
            absent.append(Absent(sheet.id, title, _why(missing, result.study, lang)))
        kept = [plate for plate in made if _kept(plate.id, sheet, only, wanted.leave_out)]
        plates += [_titled(plate, wanted.titles) for plate in kept]
    return _ordered(plates, wanted.order), tuple(absent)


def sheet_list(lang: str = "zh") -> tuple[tuple[str, str, str], ...]:
    """Return id, group and title of every sheet, in their order; of sheets of one kind, ``id.…``.

    Examples
    --------
    >>> sheet_list("en")[0]
    ('location', 'Base', 'Location and administrative map')
    """
    return tuple(
        (f"{one.id}.…" if one.many else one.id, say(f"sheet.group.{one.group}", lang), say(one.title, lang))
        for one in SHEETS
    )


def check_sheets(study: Study) -> tuple[Finding, ...]:
    """Return a finding for every id of ``[atlas] leave_out, order, titles`` that is no sheet, with the nearest one."""
    wanted = study.atlas
    asked = (("leave_out", wanted.leave_out), ("order", wanted.order), ("titles", tuple(wanted.titles)))
    return tuple(_unknown(key, name) for key, names in asked for name in names if not known_sheet(name))


def check_asked(names: Iterable[str]) -> None:
    """Refuse ids that name no sheet and no unit.

    Raises
    ------
    ResultError
        Naming the first that is unknown and the nearest sheet.
    """
    for name in names:
        if not name.startswith("unit:") and not known_sheet(name):
            nearest = difflib.get_close_matches(name, [one.id for one in SHEETS], n=1, cutoff=0.0)[0]
            raise fault(ResultError, "sheet.unknown", name=name, nearest=nearest)


def known_sheet(name: str) -> bool:
    """Tell whether an id names a sheet, or one of a kind of sheets (``emission.CO2``), or the second of a kind."""
    first, _, last = name.rpartition(".")
    ids = {one.id: one for one in SHEETS}
    if name in ids:
        return True
    many = any(one.many and name.startswith(f"{one.id}.") and name != f"{one.id}." for one in SHEETS)
    return many or (first in ids and (last.isdigit() or name in _FURTHER))


_FURTHER = ("mutual_control.kappa",)


def _unknown(key: str, name: str) -> Finding:
    ids = [one.id for one in SHEETS]
    nearest = difflib.get_close_matches(name, ids, n=1, cutoff=0.0)[0]
    where = {"file": "study.toml", "field": f"atlas.{key}", "value": name}
    return finding("SHEET_UNKNOWN", where=where, nearest=nearest)


def _why(missing: str, study: Study, lang: str) -> str:
    """Return what is missing; of a public edition it may also be what the edition withholds."""
    text = say(missing, lang)
    return say("sheet.missing.public", lang, missing=text) if study.study.edition == "public" else text


def _asked(sheet: Sheet, only: Collection[str]) -> bool:
    return not only or any(name == sheet.id or name.startswith(f"{sheet.id}.") for name in only)


def _kept(name: str, sheet: Sheet, only: Collection[str], left_out: Collection[str]) -> bool:
    return name not in left_out and (not only or sheet.id in only or name in only)


def _titled(plate: Plate, titles: Mapping[str, str]) -> Plate:
    """Return the plate with the title that the study gives it; that of a whole kind is not for its parts."""
    given = titles.get(plate.id)
    return replace(plate, title=given) if given else plate


def _ordered(plates: list[Plate], order: Iterable[str]) -> tuple[Plate, ...]:
    wanted = list(order)
    return tuple(sorted(plates, key=lambda plate: _rank(plate.id, wanted)))


def _rank(name: str, order: list[str]) -> int:
    """Return the place of a plate: that of its own id, else of the kind it belongs to, else behind all."""
    while name:
        if name in order:
            return order.index(name)
        name = name.rpartition(".")[0]
    return len(order)
