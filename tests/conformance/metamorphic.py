"""The variant rules of the metamorphic table, applied to clauses: what each rule is for, and what it does to labels.

A rule is applied to every clause that its column ``applies_to`` describes, as far as a program can tell: from the
labels of the clause as it stands and from plain words in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Labels = Mapping[str, str]

_PLACE = re.compile(r"以[东西南北]|沿线|周边|两侧|区域内|范围|区内|园区|单元|禁燃区|保护区|岸|之间|[镇县市省]")
_FRONT = re.compile(r"^(?:除|为|以|到|自|对|20|《|十|本|该|[^，。；]{0,8}的，)")
_SHIELD = re.compile(r"不得(?!低于|高于|超过|少于|小于|大于)|不予|不再|停止")
_YEARS = re.compile(r"20[0-9]{2}年|十[一-十]五")
_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?(?::[0-9.]+)?")
_CARBON = re.compile(r"[碳炭]|CO|ＣＯ|温室|甲烷|氧化亚氮|六氟|氢氟|SF|ＳＦ|达峰|净零|瓦斯")


@dataclass(frozen=True)
class Clause:
    """A text with its labels."""

    text: str
    labels: Labels

    def is_(self, **labels: str) -> bool:
        return all(self.labels[name] in values.split("|") for name, values in labels.items())

    @property
    def binding(self) -> bool:
        return self.is_(modality="PROHIBIT|EXIT|RESTRICT|REQUIRE")

    @property
    def plain(self) -> bool:
        """Neither a place nor a purpose, date, title or exception in front, and an end that takes more words."""
        return self.text.endswith("。") and not _PLACE.search(self.text) and not _FRONT.match(self.text)


def _figures(text: str) -> list[str]:
    return _FIGURE.findall(_YEARS.sub("", text))


def _one_ban(clause: Clause) -> bool:
    """Exactly one word of a ban, which governs the whole clause."""
    words = re.findall("禁止|严禁", clause.text)
    others = _SHIELD.search(clause.text) or re.search("原则上|禁止类|除外|淘汰|退出|关停|从严|严控", clause.text)
    return clause.is_(modality="PROHIBIT") and len(words) == 1 and not others


def _project_ban(clause: Clause) -> bool:
    return clause.text.endswith("。") and clause.is_(modality="PROHIBIT|RESTRICT", dimension="S") and not _open(clause)


def _open(clause: Clause) -> bool:
    """Whether an exception, a title or a second sentence stands in the clause."""
    return bool(re.search("除|《|；|仍|但", clause.text))


def _soft(clause: Clause) -> bool:
    return bool(
        re.search("推进|推动|加快|有序|提升|促进|逐步|稳步|积极|力争|推广|加强|完善|发展|鼓励|支持", clause.text)
    )


def _same(_: Clause) -> Labels:
    return {}


def _carbon(_: Clause) -> Labels:
    return {"carbon_state": "CARBON"}


def _restrict(_: Clause) -> Labels:
    return {"modality": "RESTRICT"}


def _prohibit(clause: Clause) -> Labels:
    return {"modality": "PROHIBIT", **({"strength": "MEDIUM"} if clause.is_(strength="WEAK") else {})}


@dataclass(frozen=True)
class Law:
    """When a rule applies, and the labels that change."""

    applies: Callable[[Clause], bool]
    becomes: Callable[[Clause], Labels] = _same


def _dated_once(clause: Clause) -> bool:
    """Whether taking the year away leaves no date: one year, none that others are compared with, no plan period."""
    once = len(_YEARS.findall(clause.text)) == 1 and not re.search("十[四五]五|较|比", clause.text)
    return clause.is_(strength="STRONG") and once


def _one_figure(clause: Clause) -> bool:
    """Whether exactly one figure counts in it: no year, no standard, ordinal, formula, class, month or day."""
    text = clause.text
    counts = len(_figures(text)) == 1 and not re.search("GB|第|SO2|[A-Za-z][0-9]|号|月|日|级|除外|可不", text)
    return clause.plain and clause.binding and clause.is_(strength="MEDIUM") and counts and not _YEARS.search(text)


def _below_a_ban(clause: Clause) -> bool:
    below = not clause.is_(modality="PROHIBIT") and not _YEARS.search(clause.text)
    return _ends(clause) and clause.is_(dimension="P") and below


def _ends(clause: Clause) -> bool:
    return clause.text.endswith("。")


LAWS: Mapping[str, Law] = {
    "M15": Law(lambda c: c.plain),
    "M16": Law(lambda c: c.plain),
    "M17": Law(lambda c: c.plain),
    "M18": Law(lambda c: c.plain and "《" not in c.text),
    "M19": Law(lambda c: _ends(c) and c.binding and not _open(c) and not c.is_(dimension="Z"), _carbon),
    "M24": Law(lambda c: _ends(c) and not c.is_(modality="STATEMENT") and not _open(c), _carbon),
    "M25": Law(lambda c: c.plain and not c.is_(modality="STATEMENT"), _carbon),
    "M28": Law(_project_ban),
    "M29": Law(lambda c: _project_ban(c) and not _CARBON.search(c.text)),
    "M30": Law(lambda c: c.plain and not c.is_(carbon_state="CARBON") and not _CARBON.search(c.text)),
    "M31": Law(
        lambda c: _ends(c) and c.is_(dimension="P", modality="REQUIRE") and bool(re.search("[应须]", c.text)), _carbon
    ),
    "M37": Law(_one_ban, _restrict),
    "M38": Law(_one_ban, _restrict),
    "M40": Law(lambda c: c.is_(modality="REQUIRE")),
    "M43": Law(lambda c: len(_YEARS.findall(c.text)) == 1),
    "M44": Law(_dated_once, lambda _: {"strength": "MEDIUM"}),
    "M45": Law(_one_figure, lambda _: {"strength": "STRONG"}),
    "M46": Law(lambda c: c.plain and c.binding and not re.search("[0-9０-９]", c.text) and not _YEARS.search(c.text)),
    "M48": Law(lambda c: c.binding and "年底前" in c.text),
    "M49": Law(lambda c: _ends(c) and c.binding and c.is_(dimension="P") and not _open(c)),
    "M50": Law(lambda c: c.is_(modality="REQUIRE") and bool(re.search("(?<!得)不(?:低于|高于|超过)", c.text))),
    "M51": Law(_below_a_ban, _prohibit),
    "M52": Law(lambda c: _ends(c) and c.binding and not _open(c)),
}
"""Rules beside those that only dress a text (M01 to M13)."""


def changed(rule: Mapping[str, str], text: str) -> str:
    """Apply a rule of the table to a text."""
    find, put = rule["find"], rule["replace_or_table"].replace("\\n", "\n")
    if rule["operation"] == "regex":
        return re.sub(find, put, text)
    if rule["operation"] == "space":
        return " ".join(text)
    if rule["operation"] == "fullwidth":
        return re.sub(find, lambda match: chr(ord(match[0]) + 0xFEE0), text)
    pairs = dict(pair.split("=") for pair in put.split(";"))
    words = "|".join(sorted(map(re.escape, pairs), key=len, reverse=True))
    return re.sub(words, lambda match: pairs[match[0]], text)


def _again(rule_id: str, text: str) -> str:
    return text.replace("不得不得", "不得") if rule_id == "M50" else text


def variants(
    rules: Sequence[Mapping[str, str]], clauses: Sequence[Clause]
) -> Iterator[tuple[str, Clause, str, Labels]]:
    """Yield rule, clause, changed text and the labels it must have, for every rule and clause that it applies to."""
    for rule in rules:
        law = Law(lambda _: True) if rule["rule_id"] <= "M13" else LAWS.get(rule["rule_id"])
        if law is None:
            continue
        for clause in clauses:
            text = _again(rule["rule_id"], changed(rule, clause.text))
            if text != clause.text and law.applies(clause):
                yield rule["rule_id"], clause, text, {**clause.labels, **law.becomes(clause)}
