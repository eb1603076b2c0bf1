"""What is compared: a fixture, the numbers looked for, ours, and those of every other tool with the rule it uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Answer = float | str | np.ndarray
Answers = Mapping[str, Answer]

RULES = {
    "f64": "覆盖比例，float64 covered fraction, float64",
    "f32": "覆盖比例，float32 covered fraction, float32",
    "centre": "像元中心 cell centre",
    "touched": "凡触及 all touched",
    "any": "至少一个像元 at least one cell",
    "form": "手算 by hand",
    "raster": "栅格总和 sum of the raster",
    "pieces": "求交后量面积 pieces, then areas",
}
MEANINGS = {
    "f32": ("float32 舍入 rounding", "它的比例或面积是 float32 its fractions or areas are float32"),
    "whole": ("规则不同 other rule", "像元整格算或整格不算 cells count whole or not at all"),
    "int": ("截成整数 cut to integers", "整数栅格的分位数也是整数 quantiles of an integer raster are integers"),
    "empty": ("没有数据 no data", "我们写 NaN，从不写 0 ours is NaN and never 0"),
    "digits": ("引文位数 digits quoted", "引文只有这么多位 the source gives no more digits"),
    "points": ("含点源 with points", "引文含点源 the quotation includes point sources"),
    "basis": ("面积口径 basis of area", "乘的是整格面积 multiplied by whole cells"),
    "none": ("", ""),
}


@dataclass(frozen=True)
class Peer:
    """Another tool, or a closed form, on one fixture.

    Attributes
    ----------
    name : str
        How it is shown.
    rule : str
        Key of RULES.
    answers : callable
        Returns its numbers by quantity; imports the tool.
    meaning : str
        Key of MEANINGS: why its numbers may differ.
    package : str
        What must be installed; empty for closed forms and quotations.
    source : str
        Where a number is quoted from; empty if it is computed here.
    """

    name: str
    rule: str
    answers: Callable[[], Answers]
    meaning: str = "none"
    package: str = ""
    source: str = ""


@dataclass(frozen=True)
class Case:
    """One fixture.

    Attributes
    ----------
    key, title : str
        Anchor, and Chinese and English title.
    zh, en : str
        What it is and what it shows, in short sentences.
    quantities : mapping
        Key to label, in the order of the table.
    ours : callable
        Our numbers by quantity; nothing of a quantity that is only quoted and not recomputed.
    peers : tuple of Peer
        The others.
    """

    key: str
    title: str
    zh: str
    en: str
    quantities: Mapping[str, str]
    ours: Callable[[], Answers]
    peers: tuple[Peer, ...]


def quoted(name: str, rule: str, source: str, meaning: str = "whole", **numbers: Answer) -> Peer:
    """Return numbers that others published or that were run elsewhere."""
    return Peer(name, rule, lambda: numbers, meaning, source=source)


def nothing() -> Answers:
    """Nothing is recomputed."""
    return {}
