"""Where the bundled example city lies: in the wheel, or in ``data/demo`` of a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from zoning.errors import ResultError
from zoning.messages import fault

__all__ = ["demo_study"]


def demo_study() -> Path:
    """Return the study file of the bundled example city.

    Raises
    ------
    ResultError
        If the installation lacks it.
    """
    package = Path(str(files("zoning")))
    places = (package / "demo" / "inventory.toml", package.parents[1] / "data" / "demo" / "inventory.toml")
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise fault(ResultError, "demo.absent")
    return found
