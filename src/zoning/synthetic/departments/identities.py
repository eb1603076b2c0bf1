"""Invented names and codes: right by their rules, issued to nobody (they carry the letters EX)."""

from __future__ import annotations

from zoning.departments import check_letter
from zoning.tables import read

__all__ = ["brands", "credit_code", "former_name", "old_number", "other_writing", "works_name", "wrong_letter"]

_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714: code of the organisation
_SERIALS = 1_000_000


def _organisation(body: str) -> str:
    """Return eight characters with their check letter (GB 11714)."""
    total = sum(int(letter, 36) * weight for letter, weight in zip(body, _WEIGHTS, strict=True))
    return body + "0123456789X0"[(11 - total % 11)]


def credit_code(county: str, serial: int) -> str:
    """Return a unified social credit code with right check letters (GB 32100-2015).

    Parameters
    ----------
    county : str
        Area code, six digits.
    serial : int
        Which enterprise, below 1,000,000.

    Examples
    --------
    >>> credit_code("990101", 1)
    '91990101EX0000010L'
    >>> len({credit_code("990101", number) for number in range(500)})
    500
    """
    if not 0 <= serial < _SERIALS:
        raise ValueError(f"serial below {_SERIALS} needed, got {serial}")
    body = f"91{county}{_organisation(f'EX{serial:06d}')}"
    return body + check_letter(body)


def wrong_letter(code: str) -> str:
    """Return a code with one digit of its serial copied wrongly, so that its check letter does not fit.

    Examples
    --------
    >>> wrong_letter("91990101EX0000010L")
    '91990101EX0010010L'
    """
    digit = str((int(code[12]) + 1) % 10)
    return code[:12] + digit + code[13:]


def old_number(code: str) -> str:
    """Return the registration number of 15 digits that an enterprise had before its credit code.

    Examples
    --------
    >>> old_number("91990101EX0000010L")
    '990101100000001'
    """
    return f"{code[2:8]}100{code[10:16]}"


def brands(number: int) -> str:
    """Return the invented word of a firm: 400 of two characters, then of three.

    Examples
    --------
    >>> brands(0), brands(21), brands(400)
    ('示例翌川', '示例栩晟', '示例翌川翌')
    """
    words = [row["name_zh"].removeprefix("示例") for row in read("synthetic_names") if row["kind"] == "firm"]
    first, second = [word[0] for word in words], [word[1] for word in words]
    rest, place = divmod(number, len(first) * len(second))
    turn, start = divmod(place, len(first))
    word = first[start] + second[(start + turn) % len(second)]
    while rest:
        rest, place = divmod(rest - 1, len(first))
        word += first[place]
    return f"示例{word}"


def former_name(name: str) -> str:
    """Return what a firm was called before: another word, another legal form.

    Examples
    --------
    >>> former_name("示例翌川印染有限公司")
    '示例川翌印染实业有限公司'
    """
    word = name.removeprefix("示例")
    return f"示例{word[1]}{word[0]}{word[2:].replace('有限公司', '实业有限公司')}"


def works_name(name: str, word: str, city: str) -> str:
    """Return what a firm was called before it was a company: a works of the county, its trade not named.

    Examples
    --------
    >>> works_name("示例翌川印染有限公司", "印染", "示例滨海市")
    '示例滨海县翌川工业公司'
    """
    return f"{city.removesuffix('市')}县{name.removeprefix('示例').split(word)[0]}工业公司"


def other_writing(name: str, city: str, turn: int) -> str:
    """Return a name as another clerk writes it: with the city, in full, or with a space.

    Examples
    --------
    >>> [other_writing("示例翌川印染有限公司", "示例滨海市", turn) for turn in range(3)]
    ['示例滨海市示例翌川印染有限公司', '示例翌川印染有限责任公司', '示例翌川 印染有限公司']
    """
    writings = (
        f"{city}{name}",
        name.replace("有限公司", "有限责任公司"),
        f"{name[:4]} {name[4:]}",
    )
    return writings[turn % len(writings)]
