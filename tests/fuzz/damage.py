"""Damaged inputs: a valid file with bytes changed, cut out, doubled or put in, as disks, mails and strangers do it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zoning.errors import ZoningError

FEW, MANY = 200, 20_000


@st.composite
def damaged(draw, content: bytes) -> bytes:
    """Draw a variant of a file with one to six changes, or bytes that never were a file."""
    if draw(st.integers(0, 19)) == 0:
        return draw(st.binary(max_size=2000))
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        span = draw(st.integers(1, 64))
        kind = draw(st.sampled_from(("change", "cut", "double", "insert", "truncate", "extreme")))
        if kind == "change":
            data[at : at + span] = draw(st.binary(min_size=1, max_size=span))
        elif kind == "cut":
            del data[at : at + span]
        elif kind == "double":
            data[at:at] = data[at : at + span]
        elif kind == "insert":
            data[at:at] = draw(st.binary(max_size=span))
        elif kind == "truncate" and draw(st.integers(0, 3)) == 0:
            del data[at:]
        else:
            data[at : at + 4] = draw(
                st.sampled_from((b"\xff" * 4, b"\x00" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f"))
            )
    return bytes(data)


def survives(content: bytes, name: str, read: Callable[[Path], object], examples: int) -> None:
    """Read many damaged variants of a file; every one either gives a value or an error of ours."""

    @settings(
        max_examples=examples, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large],
    )  # fmt: skip
    @given(damaged(content))
    def one(data: bytes) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            with suppress(ZoningError):
                read(path)

    one()
