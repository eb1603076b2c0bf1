"""An old list, its revision and a study → what would have been flagged, and what the revision did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zoning.checks.grouping import grouped
from zoning.errors import Finding
from zoning.judge import RULES
from zoning.messages import Both
from zoning.pipeline.comparing import compare_lists
from zoning.pipeline.running import Progress, run
from zoning.result import Result
from zoning.study import ListInput, Study
from zoning.versions import Backtest, Expectation, backtest, expected_by_words
from zoning.vocab import DecisionCode

__all__ = ["Backtested", "backtest_lists"]

_FLAGS = (DecisionCode.NEED, DecisionCode.UPGRADE)


@dataclass(frozen=True)
class Backtested:
    """What was expected of an old list and what its revision did."""

    backtest: Backtest
    findings: tuple[Finding, ...]
    old: str
    new: str
    study: str = ""


def backtest_lists(
    old: str | Path, new: str | Path, study: Study | None = None, progress: Progress | None = None
) -> Backtested:
    """Say what would have been flagged on an old list, and what its real revision did.

    Parameters
    ----------
    old, new : str or Path
        Lists, the earlier one first.
    study : Study, optional
        Run with the old list in the place of its own; its NEED and UPGRADE are the flags. Without it the words of the
        old list alone decide (``backtest_expectations``).
    progress : callable, optional
        Told of the steps of the run.

    Raises
    ------
    InputError
        If a list, or an input of the study, is faulty; it carries every finding.
    """
    compared = compare_lists(old, new)
    if study is None:
        tested = backtest(compared.comparison, expected_by_words(compared.before))
        return Backtested(tested, compared.findings, compared.old, compared.new)
    result = run(_with_list(study, Path(old)), progress=progress)
    tested = backtest(compared.comparison, _expectations(result), with_study=True)
    findings = grouped((*compared.findings, *result.findings))
    return Backtested(tested, findings, compared.old, compared.new, study.study.name)


def _with_list(study: Study, path: Path) -> Study:
    """Return a study whose list of units is another file; its city list and its field map stay."""
    unit = str(path.resolve())
    own = study.access_list
    declared = ListInput(unit=unit) if own is None else own.model_copy(update={"unit": unit, "sheet": ""})
    return study.model_copy(update={"access_list": declared})


def _expectations(result: Result) -> list[Expectation]:
    """Return the computed decisions as expectations: people's overrides knew more than the old list."""
    found = []
    rules = {rule.code: rule.dimension for rule in RULES}
    for code, row in result.decisions.iterrows():
        outcome = str(row["decision_computed"])
        flagged = outcome in _FLAGS
        found.append(
            Expectation(
                unit=str(code),
                flagged=flagged,
                reason=str(row["driving_rule"]),
                sentence=Both(str(row["sentence_zh"]), str(row["sentence_en"])),
                dimension=rules.get(str(row["driving_rule"]), "") if flagged else "",
                counterfactual=Both(str(row["counterfactual_zh"]), str(row["counterfactual_en"])),
                decision=outcome,
                undetermined=tuple(row["undetermined"]),
                missing=tuple(row["missing"]),
            )
        )
    return found
