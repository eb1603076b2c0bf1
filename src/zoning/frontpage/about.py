"""How to read the page, where the numbers come from and what they cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from zoning.htmltree import Child, chip, table, tag
from zoning.judge.limits import Limits
from zoning.messages import say
from zoning.result import Result
from zoning.symbology import look_of
from zoning.symbology.figures import amount

__all__ = ["limits", "provenance", "reading"]


def reading(result: Result, lang: str) -> list[Child]:
    """Return how to read the decisions: what each means and what to do with it."""
    header = [say(f"index.reading.{name}", lang) for name in ("decision", "means", "do")]
    rows: list[list[Child]] = [
        [chip(one, lang), say(f"index.means.{one.code}", lang), say(f"index.do.{one.code}", lang)]
        for one in look_of(result.study).symbols("decision")
    ]
    notes = [tag("p", say(f"index.reading.{name}", lang)) for name in ("uncovered", "evidence", "overrides")]
    return [tag("h2", say("index.reading", lang)), table(header, rows), *notes]


def limits(result: Result, lang: str) -> list[Child]:
    """Return what the result cannot say, with the numbers of this run where there are any."""
    table_ = result.decisions
    counts = {
        "class_c": int((table_["evidence_class"] == "C").sum()),
        "grid_sensitive": int(table_["grid_sensitive"].astype(bool).sum()),
        "coarse": int((result.ledger.of_unit("resolution") > 0).sum()) if "resolution" in result.ledger else 0,
    }
    texts = [say(f"index.limits.{name}", lang, count=count) for name, count in counts.items() if count]
    texts += [say(f"index.limits.{name}", lang) for name in ("advice", "thresholds", "inventory", "scope2", "law")]
    return [tag("h2", say("index.limits", lang)), tag("ul", *(tag("li", text) for text in texts))]


def provenance(result: Result, lang: str) -> list[Child]:
    """Return versions, thresholds that were used, hashes of the inputs and settings; no date and no machine."""
    about = result.provenance
    versions = [[name, version] for name, version in sorted(about.versions.items())]
    inputs: list[list[Child]] = [
        [path, tag("span", digest, class_="code")] for path, digest in sorted(about.inputs.items())
    ]
    settings = sorted(_flat("", about.settings))
    return [
        tag("h2", say("index.provenance", lang)),
        tag("p", say("index.provenance.note", lang, seed=about.seed), class_="soft"),
        _folded(say("index.provenance.thresholds", lang), _thresholds(result, lang)),
        _folded(say("index.provenance.inputs", lang), table(_header(("path", "sha256"), lang), inputs, class_="fixed")),
        _folded(say("index.provenance.versions", lang), table(_header(("package", "version"), lang), versions)),
        _folded(
            say("index.provenance.settings", lang), table(_header(("setting", "value"), lang), settings, class_="fixed")
        ),
    ]


def _header(names: Iterable[str], lang: str) -> list[str]:
    return [say(f"index.provenance.{name}", lang) for name in names]


def _folded(title: str, content: Child) -> Child:
    return tag("details", tag("summary", title), content)


def _thresholds(result: Result, lang: str) -> Child:
    table_ = Limits.of_study(result.study.thresholds)
    used = sorted({name for reason in result.reasons for name in reason.threshold_ids} & set(table_.rows))
    rows = [
        [table_.row(name).name(lang), amount(table_[name], table_.row(name).unit, lang), table_.row(name).source]
        for name in used
    ]
    return table(_header(("threshold", "value", "source"), lang), rows)


def _flat(prefix: str, settings: Mapping[str, object]) -> Iterator[list[str]]:
    for name, value in settings.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flat(f"{path}.", value)
        else:
            yield [path, str(value)]
