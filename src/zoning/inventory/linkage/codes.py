"""Numbers of enterprises: the credit code of a row, and how the codes of two rows go together."""

from __future__ import annotations

from zoning.departments import code_state

__all__ = ["compare_codes", "credit_code_of", "near_codes", "organisation"]

_LENGTH = 18


def credit_code_of(code: str, state: str, permit: str) -> str:
    """Return the valid credit code of a row: its own, else the one its permit number begins with, else ''.

    Examples
    --------
    >>> credit_code_of("350100100012345", "old", "91350100M000100Y43001P")
    '91350100M000100Y43'
    """
    if state == "valid":
        return code
    begins = permit.strip().upper()[:_LENGTH]
    return begins if code_state(begins) == "valid" else ""


def organisation(code: str) -> str:
    """Return the nine letters of the organisation code: letters 9 to 17 of a credit code, or a code of nine or fifteen.

    Examples
    --------
    >>> organisation("91350100M000100Y43"), organisation("M000100Y4"), organisation("350100M000100Y4")
    ('M000100Y4', 'M000100Y4', 'M000100Y4')
    """
    plain = code.replace("-", "")
    if len(plain) == _LENGTH:
        return plain[8:17]
    if len(plain) == 9:
        return plain
    return plain[6:] if len(plain) == 15 and not plain.isdigit() else ""


def near_codes(code: str) -> set[str]:
    """Return the patterns that a code shares with every code that is one letter or one swap away from it."""
    if len(code) < _LENGTH - 1:
        return set()
    return {f"{at}:{code[:at]}{code[at + 1 :]}" for at in range(len(code))} | {
        f"{at}~{code[:at]}{''.join(sorted(code[at : at + 2]))}{code[at + 2 :]}" for at in range(len(code) - 1)
    }


def compare_codes(left: str, right: str, *, both_valid: bool) -> str:
    """Return how two codes go together: a level of ``code`` in ``tables/linkage_weights.csv``.

    Examples
    --------
    >>> compare_codes("91350100M000100Y43", "91350100M010100Y43", both_valid=False)
    'near'
    """
    if not left or not right:
        return "missing"
    if left == right:
        return "equal"
    if both_valid:
        return "differs"
    if organisation(left) and organisation(left) == organisation(right):
        return "organisation"
    if near_codes(left) & near_codes(right):
        return "near"
    return "other" if len(left) == len(right) else "missing"
