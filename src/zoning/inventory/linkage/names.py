"""Names of enterprises, taken apart: place, what sets them apart, legal form, branch; and how alike two of them are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from zoning.tables import read
from zoning.vocab import simplified

__all__ = ["FirmName", "alike_core", "beginnings", "compare_names", "former_names", "parse_name", "words_of"]

_BRACKETS = re.compile(r"\(([^()]*)\)")
_PLACE = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,3})(?P<kind>自治区|省|市|县|区)")
_SHORT = 2  # letters of a trade name
_NUMERAL = "第?[一二三四五六七八九十0-9]+"


@cache
def words_of(kind: str) -> tuple[str, ...]:
    """Return the words of a kind (``legal, group, branch, renamed, merged`` …) in ``tables/linkage_words.csv``.

    Examples
    --------
    >>> "合并" in words_of("merged"), words_of("merged_away")
    (True, ('被', '并入'))
    """
    return tuple(row["word"] for row in read("linkage_words") if row["kind"] == kind)


@cache
def _alike() -> frozenset[frozenset[str]]:
    return frozenset(frozenset((row["word"], row["other"])) for row in read("linkage_words") if row["kind"] == "glyph")


@cache
def _letters() -> dict[int, str]:
    """Return letter → the one that stands for all that look or sound like it."""
    stands: dict[str, str] = {}
    for one, other in sorted(tuple(sorted(pair)) for pair in _alike()):
        first, second = stands.get(one, one), stands.get(other, other)
        least = min(first, second)
        stands |= {one: least, other: least}
        stands.update({letter: least for letter, stood in stands.items() if stood in {first, second}})
    return {ord(letter): stood for letter, stood in stands.items()}


def alike_core(core: str) -> str:
    """Return a core with every letter replaced by the one that stands for all that look or sound like it.

    Examples
    --------
    >>> alike_core("昱浔陶瓷") == alike_core("昊寻陶磁"), alike_core("昱浔陶瓷") == alike_core("昱榕陶瓷")
    (True, False)
    """
    return core.translate(_letters())


@cache
def _brackets() -> dict[int, str]:
    return {ord(row["word"]): row["other"] for row in read("linkage_words") if row["kind"] == "bracket"}


@cache
def _branch() -> re.Pattern[str]:
    named, ordinal = "|".join(words_of("branch")), "|".join(words_of("ordinal_plant"))
    return re.compile(rf"(?:{_NUMERAL})?(?:{named})$|{_NUMERAL}(?:{ordinal})$")


@dataclass(frozen=True, slots=True)
class FirmName:
    """A name of an enterprise, taken apart.

    Attributes
    ----------
    core : str
        What sets it apart and its trade: 昱岑食品 of 福建省晋江市昱岑食品有限公司.
    province, places : str, tuple of str
        Place words that were written, without their suffix.
    branch : str
        Words of a branch or a sub-plant (二分厂), '' for the enterprise itself.
    group : bool
        It calls itself a group (集团).
    form : bool
        It has the form of a company, so that the name is one that a registry keeps.
    """

    core: str
    province: str = ""
    places: tuple[str, ...] = ()
    branch: str = ""
    group: bool = False
    form: bool = False

    @property
    def whole(self) -> str:
        """Everything but the wording of the legal form."""
        group = "集团" if self.group else ""
        return "·".join((self.province, *self.places, self.core, group, self.branch))


@lru_cache(maxsize=200_000)
def parse_name(text: str) -> FirmName:
    """Take a name apart.

    Examples
    --------
    >>> parse_name("福建省晋江市昱岑食品有限责任公司 ").core, parse_name("昱岑（福建）食品有限公司").core
    ('昱岑食品', '昱岑食品')
    >>> parse_name("東莞華興紡織有限公司").core == parse_name("东莞华兴纺织有限公司").core
    True
    >>> parse_name("晋江市昱岑食品有限公司(二分厂)").branch
    '二分厂'
    """
    plain = simplified("".join(unicodedata.normalize("NFKC", text).translate(_brackets()).split()))
    for mark in words_of("mark"):
        plain = plain.replace(mark, "")
    branches: list[str] = []
    places: list[str] = []
    for inside in _BRACKETS.findall(plain):
        (branches if _branch().search(inside) else places).append(inside)
    plain, branch = _without_branch(_BRACKETS.sub("", plain))
    plain, group, form = _without_form(plain)
    plain, province, counties = _without_places(plain)
    for place in places:
        rest, own_province, own = _without_places(place)
        province, counties = province or own_province, (*counties, *own)
        if rest and not own_province and not own:
            counties = (*counties, rest)
    branches.extend([branch] * bool(branch))
    return FirmName(plain, province, tuple(dict.fromkeys(counties)), "".join(branches), group, form)


def _without_branch(plain: str) -> tuple[str, str]:
    found = _branch().search(plain)
    if found is None or found.start() < 2:
        return plain, ""
    return plain[: found.start()], found.group()


def _without_form(plain: str) -> tuple[str, bool, bool]:
    group, form = False, False
    for word in words_of("legal"):
        if plain.endswith(word) and len(plain) > len(word) + 1:
            plain, form = plain.removesuffix(word), "公司" in word
            break
    for word in words_of("group"):
        if word in plain and len(plain) > len(word) + 1:
            plain, group = plain.replace(word, ""), True
    return plain, group, form


def _without_places(plain: str) -> tuple[str, str, tuple[str, ...]]:
    province, places = "", []
    for word in words_of("province"):
        if plain.startswith(word):
            province, plain = word, re.sub(r"^(?:省|市|\w{0,3}自治区)", "", plain.removeprefix(word))
            break
    while (found := _PLACE.match(plain)) and len(plain) - found.end() >= 2:
        places.append(found["name"])
        plain = plain[found.end() :]
    return plain, province, tuple(places)


def former_names(note: str) -> tuple[str, ...]:
    """Return the names that a remark gives as older or newer ones.

    Examples
    --------
    >>> former_names("2019年由晋江市甲乙鞋业有限公司更名；原名：晋江市甲乙鞋厂")
    ('晋江市甲乙鞋业有限公司', '晋江市甲乙鞋厂')
    """
    words = "|".join(words_of("renamed"))
    if not re.search(words, note):
        return ()
    found = re.findall(rf"(?:由|{words})[为:：“\"(（]*([\u4e00-\u9fff()（）]{{4,}}?(?:公司|厂))", note)
    return tuple(dict.fromkeys(found))


def beginnings(name: FirmName) -> Iterator[str]:
    """Yield the cores a name may stand for: as it is, and without two or three letters that may be a place.

    Examples
    --------
    >>> list(beginnings(parse_name("晋江昱岑食品有限公司")))
    ['晋江昱岑食品', '昱岑食品', '岑食品']
    """
    yield name.core
    if not name.places:
        for letters in (2, 3):
            if len(name.core) >= letters + 3:
                yield name.core[letters:]


def compare_names(left: FirmName, right: FirmName) -> str:
    """Return how two names go together: a level of ``name`` in ``tables/linkage_weights.csv``.

    Examples
    --------
    >>> one = parse_name("晋江市昱岑食品有限公司")
    >>> [compare_names(one, parse_name(text)) for text in
    ...  ("晋江市昱岑食品有限责任公司", "晋江昱岑食品有限公司", "石狮市昱岑食品有限公司", "晋江县昱岑工业公司")]
    ['equal', 'county', 'elsewhere', 'brand']
    """
    if not left.core or not right.core:
        return "missing"
    if left.whole == right.whole:
        return "equal" if left.form or len(left.core) > _SHORT else "brand"  # 晋江县昱岑厂 is nobody's full name
    left, right = _place_in_core(left, right), _place_in_core(right, left)
    if left.core == right.core:
        if _elsewhere(left, right):
            return "elsewhere"
        return "county" if set(left.places) & set(right.places) else "core"
    return _nearly(left.core, right.core)


def _place_in_core(name: FirmName, other: FirmName) -> FirmName:
    """Take the place that the other name writes with its suffix off the beginning of this one's core."""
    for place in other.places:
        if place not in name.places and name.core.startswith(place) and len(name.core) >= len(place) + 2:
            core = name.core.removeprefix(place)
            return FirmName(core, name.province, (*name.places, place), name.branch, name.group, name.form)
    return name


def _elsewhere(left: FirmName, right: FirmName) -> bool:
    provinces = {left.province, right.province} - {""}
    return len(provinces) > 1 or bool(left.places and right.places and not set(left.places) & set(right.places))


def _nearly(left: str, right: str) -> str:
    short, long = sorted((left, right), key=len)
    if len(long) - len(short) in {2, 3} and long.endswith(short) and len(short) >= 3:
        return "ending"
    changed = _one_change(left, right) if len(short) >= 3 else None
    if changed is not None:
        return "glyph" if changed in _alike() else "letter"
    return "brand" if left[:2] == right[:2] and len(short) >= 2 else "differs"


def _one_change(left: str, right: str) -> frozenset[str] | None:
    """Return the letters by which two words differ where that is one letter changed, lost or too many; else None."""
    if abs(len(left) - len(right)) > 1:
        return None
    start = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    if len(left) == len(right):
        if left[start : start + 2] == right[start : start + 2][::-1] and left[start + 2 :] == right[start + 2 :]:
            return frozenset()
        return frozenset((left[start], right[start])) if left[start + 1 :] == right[start + 1 :] else None
    short, long = sorted((left, right), key=len)
    return frozenset((long[start],)) if long[start + 1 :] == short[start:] else None
