"""The folder of a run: filled beside its place, swapped into it at the end, described by ``run.json``.

A run that stops leaves the previous outputs whole: everything is written into a fresh folder next to the target, which
takes the target's place by two renames. A folder that holds anything but our outputs is never replaced.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zoning.errors import ResultError
from zoning.io.records import encode
from zoning.messages import fault
from zoning.result import Result

__all__ = [
    "FINDINGS",
    "GEOPACKAGE",
    "LEDGER",
    "MANIFEST",
    "PARTS",
    "SCHEMA",
    "read_manifest",
    "run_folder",
    "sha256",
    "write_manifest",
]

SCHEMA = 3
MANIFEST = "run.json"


GEOPACKAGE, LEDGER, FINDINGS = "results.gpkg", "ledger.nc", "findings.json"
PARTS = (GEOPACKAGE, LEDGER, FINDINGS)
"""Files a result is read back from, with the manifest; every other file of the folder is a deliverable."""


@contextmanager
def run_folder(target: str | Path) -> Iterator[Path]:
    """Give a fresh folder to fill; it takes the place of ``target`` if the block ends well.

    Whatever stops the block (an error, ``KeyboardInterrupt``) removes the fresh folder and leaves ``target`` as it was.
    Files of the user that lie in ``target`` beside our outputs are carried over.

    Parameters
    ----------
    target : str or Path
        Where the outputs shall be. Missing, empty, or the folder of an earlier run.

    Raises
    ------
    ResultError
        If ``target`` is a file, or a folder with content that no run of ours wrote, or is held by another program.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with run_folder(Path(place) / "out") as folder:
    ...         _ = (folder / "run.json").write_text('{"schema": 3, "outputs": {}}')
    ...     sorted(path.name for path in (Path(place) / "out").iterdir())
    ['run.json']
    """
    final = Path(target).resolve()
    _recover(final)
    _own_files(final)
    final.parent.mkdir(parents=True, exist_ok=True)
    holder = Path(tempfile.mkdtemp(prefix=f".{final.name}.", suffix=".partial", dir=final.parent))
    try:
        fresh = holder / final.name
        fresh.mkdir()  # inside the holder, because mkdtemp's own folder is closed to everybody else
        yield fresh
        _carry_over(final, fresh)
        _swap(fresh, final)
    finally:
        shutil.rmtree(holder, ignore_errors=True)


def _aside(final: Path) -> Path:
    return final.with_name(f".{final.name}.previous")


def _recover(final: Path) -> None:
    """Undo a swap that the machine stopped half-way: the moved folder goes back, or goes away if it was replaced."""
    aside = _aside(final)
    if not aside.is_dir():
        return
    if final.exists():
        shutil.rmtree(aside, ignore_errors=True)
    else:
        aside.rename(final)


def _own_files(final: Path) -> frozenset[str]:
    """Return the files in a folder that an earlier run wrote.

    Raises
    ------
    ResultError
        If it is not a folder, or not empty and without a manifest of ours.
    """
    if not final.exists():
        return frozenset()
    if not final.is_dir():
        raise fault(ResultError, "result.not_folder", path=final)
    if not any(final.iterdir()):
        return frozenset()
    if not (final / MANIFEST).is_file():
        raise fault(ResultError, "result.foreign", path=final)
    return frozenset({MANIFEST, *read_manifest(final)["outputs"]})


def _carry_over(final: Path, fresh: Path) -> None:
    """Copy the user's own files of the old folder into the new one; ours are replaced, never theirs."""
    own = _own_files(final)
    if not own:
        return
    for path in sorted(final.rglob("*")):
        name = path.relative_to(final).as_posix()
        if path.is_dir() or name in own:
            continue
        if (fresh / name).exists():
            raise fault(ResultError, "result.in_the_way", path=path)
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, fresh / name, follow_symlinks=False)


def _swap(fresh: Path, final: Path) -> None:
    aside = _aside(final)
    try:
        if final.exists():
            final.rename(aside)
        fresh.rename(final)
    except OSError as error:
        raise fault(ResultError, "result.busy", path=final) from error
    finally:
        if aside.exists() and not final.exists():
            aside.rename(final)
    shutil.rmtree(aside, ignore_errors=True)


def sha256(path: Path) -> str:
    """Return the sha256 of a file, as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_manifest(folder: Path, result: Result, files: Iterable[str]) -> Path:
    """Write ``run.json``: study as given, versions, inputs, settings, seed, and the sha256 of every output.

    It holds no date and no absolute path, so that the same inputs give the same bytes.

    Parameters
    ----------
    folder : Path
        Folder of the run, already filled.
    result : Result
        What was run.
    files : iterable of str
        Outputs, as paths relative to the folder.
    """
    provenance = result.provenance
    content = {
        "schema": SCHEMA,
        "edition": result.edition,
        "study": result.study.model_dump(mode="json", exclude={"root"}, exclude_unset=True),
        "seed": provenance.seed,
        "versions": provenance.versions,
        "inputs": provenance.inputs,
        "settings": provenance.settings,
        "outputs": {name: sha256(folder / name) for name in sorted(files)},
    }
    path = folder / MANIFEST
    path.write_text(json.dumps(encode(content), ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return path


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the content of ``run.json``.

    Raises
    ------
    ResultError
        If it is missing, is not a manifest of ours, or one of a later version.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise fault(ResultError, "result.missing", path=folder)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise fault(ResultError, "result.unreadable", path=path) from error
    if not isinstance(content, dict) or not isinstance(content.get("outputs"), dict):
        raise fault(ResultError, "result.unreadable", path=path)
    if content.get("schema") != SCHEMA:
        raise fault(ResultError, "result.schema", path=path, found=content.get("schema"), known=SCHEMA)
    return content
