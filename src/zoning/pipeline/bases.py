"""``[[base]]`` of a study → layers of a base map that belongs to the user, each with the number of its review."""

from __future__ import annotations

from zoning.checks import check_base
from zoning.errors import Finding, InputError
from zoning.pipeline.reading import layer_of
from zoning.study import Study
from zoning.supports import BaseLayer, ControlUnits

__all__ = ["read_bases"]


def read_bases(study: Study, units: ControlUnits) -> tuple[tuple[BaseLayer, ...], tuple[Finding, ...]]:
    """Read and judge every layer of the base map; one that cannot be used is a finding, the others are kept.

    Parameters
    ----------
    study : Study
        With its ``[[base]]`` blocks.
    units : ControlUnits
        Valid; layers are brought into their system and cut to their surroundings.

    Returns
    -------
    layers : tuple of BaseLayer
        In the order of the study.
    findings : tuple of Finding
        What is wrong with any of them.
    """
    layers: list[BaseLayer] = []
    findings: list[Finding] = []
    for declared in study.base:
        try:
            raw = layer_of(study, declared)
        except InputError as error:
            findings += error.findings
            continue
        findings += raw.findings
        if raw.value is not None:
            judged = check_base(raw.value, declared, units)
            findings += judged.findings
            layers += [judged.value] if judged.value is not None else []
    return tuple(layers), tuple(findings)
