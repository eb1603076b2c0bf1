"""One pass over the values: every part is read once, and given to everything that is asked of it."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from zoning.overlay.kernels.moments import MOMENTS, join_moments
from zoning.overlay.kernels.sums import add_pieces
from zoning.overlay.rings import in_threads, workers
from zoning.overlay.values.bands import Part, Pieces, parts_of
from zoning.overlay.values.jobs import Floats, Job, Loaded, Room, Sums, Weight, blocks_of
from zoning.overlay.values.sources import BlocksSource, Source

__all__ = ["Moments", "Running", "WeightedSums", "covered_weight", "one_pass", "read_ahead", "run_tasks"]

_MANY_VALUES = 2_000_000  # below this, threads cost more than they give
_TASKS = 32  # that an executor is given at least, if there are as many bands: it may have as many workers
_WAITING = 8  # tasks per core that are made before the first of them is done
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Running:
    """Where a pass runs.

    Attributes
    ----------
    memory : float
        Bytes that the values of bands may take, as float64.
    executor : Executor or None
        Runs the tasks; None runs them here.
    """

    memory: float
    executor: Executor | None = None


@dataclass(frozen=True, eq=False)
class WeightedSums:
    """Asks for Σ weight × value and Σ weight over the cells with data."""

    weight: Weight

    def start(self, units: int, layers: int) -> Sums:
        """Return what nothing was added to."""
        return np.zeros((units, layers)), np.zeros((units, layers))

    def of_pieces(self, job: Job, block: tuple[int, int]) -> Sums:
        """Return the answer for each piece."""
        return job.sums(block)

    def join(self, into: Sums, table: NDArray[np.int64], block: tuple[int, int], found: Sums) -> None:
        """Add the answers for pieces to those for units, in the order of the bands."""
        columns = slice(*block)
        for whole, own in zip(into, found, strict=True):
            total = np.ascontiguousarray(whole[:, columns])
            add_pieces(table, own, total)
            whole[:, columns] = total

    def add(self, job: Job, into: Sums, first: int, end: int) -> None:
        """Add a block of layers to the answers for units: the same additions, without a place for each piece."""
        columns = slice(first, end)
        sums = np.ascontiguousarray(into[0][:, columns]), np.ascontiguousarray(into[1][:, columns])
        job.add_to_units((first, end), sums)
        into[0][:, columns], into[1][:, columns] = sums


@dataclass(frozen=True, eq=False)
class Moments:
    """Asks for weight, mean, spread, least and greatest value and covered cells with data."""

    weight: Weight

    def start(self, units: int, layers: int) -> tuple[Floats]:
        """Return what nothing was added to."""
        into = np.zeros((units, layers, MOMENTS))
        into[..., 3], into[..., 4] = np.inf, -np.inf
        return (into,)

    def of_pieces(self, job: Job, block: tuple[int, int]) -> tuple[Floats]:
        """Return the answer for each piece."""
        return (job.moments(block),)

    def join(self, into: tuple[Floats], table: NDArray[np.int64], block: tuple[int, int], found: tuple[Floats]) -> None:
        """Join the answers for pieces to those for units, in the order of the bands."""
        total = np.ascontiguousarray(into[0][:, slice(*block)])
        join_moments(table, found[0], total)
        into[0][:, slice(*block)] = total

    def add(self, job: Job, into: tuple[Floats], first: int, end: int) -> None:
        """Join a block of layers to the answers for units."""
        self.join(into, job.table, (first, end), self.of_pieces(job, (first, end)))


Ask = WeightedSums | Moments


@dataclass(frozen=True, eq=False)
class Task:
    """A part of a pass, with everything that it needs: other processes know nothing else."""

    pieces: Pieces
    source: Source
    asks: Sequence[Ask]
    part: Part


def one_pass(
    pieces: Pieces, units: int, source: Source, asks: Sequence[Ask], running: Running
) -> list[tuple[Floats, ...]]:
    """Return the answers for all units, each array (units, layers, …).

    Parameters
    ----------
    pieces : Pieces
        What the units cover.
    units : int
        How many there are.
    source : Source
        Values; read part by part if they are not in memory, the next part while this one is added up.
    asks : sequence
        What is wanted.
    running : Running
        Memory and executor; the bits of the answers do not depend on them.
    """
    answers = [ask.start(units, source.shape[0]) for ask in asks]
    if running.executor is not None:
        for task, found in run_tasks(answers_of, _tasks(pieces, source, asks, running.memory), running):
            for ask, into, own in zip(asks, answers, found, strict=True):
                ask.join(into, pieces.of(*task.part.bands), task.part.layers, own)  # type: ignore[arg-type]
        return list(answers)
    for part, values in read_ahead(pieces, source, running.memory):
        for ask, into in zip(asks, answers, strict=True):
            loaded = Loaded(values, ask.weight.read(part), part.window, part.layers[0])
            _add(ask, Job(pieces, loaded, ask.weight.area, part.bands), blocks_of(*part.layers), into)
    return list(answers)


def covered_weight(pieces: Pieces, units: int, weight: Weight, memory: float) -> Floats:
    """Return Σ weight of each unit, data or no data; (units,)."""
    if weight.cells is not None:
        asked = WeightedSums(Weight(weight.area))
        return one_pass(pieces, units, weight.cells, (asked,), Running(memory))[0][0][:, 0]
    nowhere = Loaded(np.empty((1, 0, 0)), None, pieces.window(0, 0), 0)
    into = np.zeros((units, 1))
    add_pieces(pieces.table, Job(pieces, nowhere, weight.area, (0, len(pieces))).row_weights[:, None], into)
    return into[:, 0]


def answers_of(task: Task) -> list[tuple[Floats, ...]]:
    """Read a part and return the answers for its pieces: a pure function, for any thread, process or machine."""
    part = task.part
    values = task.source.read(part.layers, part.window)
    found: list[tuple[Floats, ...]] = []
    for ask in task.asks:
        job = Job(
            task.pieces, Loaded(values, ask.weight.read(part), part.window, part.layers[0]), ask.weight.area, part.bands
        )
        blocks = [ask.of_pieces(job, block) for block in blocks_of(*part.layers)]
        found.append(tuple(np.concatenate(arrays, axis=1) for arrays in zip(*blocks, strict=True)))
    return found


def _tasks(pieces: Pieces, source: Source, asks: Sequence[Ask], memory: float) -> Iterator[Task]:
    share = memory / (_WAITING * workers()) if source.in_memory else memory
    for part in parts_of(pieces, source, share, _TASKS):
        own = [type(ask)(ask.weight.only(part)) for ask in asks]
        yield Task(pieces.only(*part.bands), source.only(part.layers, part.window), own, part)


def run_tasks(function: Callable[[T], R], tasks: Iterable[T], running: Running) -> Iterator[tuple[T, R]]:
    """Yield tasks with their results, in order, however they were run; tasks are made as they are needed."""
    executor = running.executor or ThreadPoolExecutor(workers())
    waiting: deque[tuple[T, Future[R]]] = deque()
    try:
        for task in tasks:
            waiting.append((task, executor.submit(function, task)))
            if len(waiting) >= _WAITING * workers():
                done, future = waiting.popleft()
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()
    finally:
        for _, future in waiting:
            future.cancel()
        if executor is not running.executor:
            executor.shutdown()


def read_ahead(
    pieces: Pieces, source: Source, memory: float, layers: tuple[int, int] | None = None
) -> Iterator[tuple[Part, NDArray[Any]]]:
    """Yield parts with their values; one is read while the one before it is added up.

    Values are good until the next part is asked for: two pieces of memory are read into in turn, because fresh memory
    costs a large part of unpacking a file.
    """
    parts = parts_of(pieces, source, memory / 2, layers=layers)
    if source.in_memory:
        yield from ((part, source.read(part.layers, part.window)) for part in parts)
        return
    with ThreadPoolExecutor(1) as reader:
        coming: deque[tuple[Part, Future[NDArray[Any]]]] = deque()
        rooms = (Room(), Room())
        for number, part in enumerate(parts):
            coming.append((part, reader.submit(_read, source, part, rooms[number % 2])))
            if len(coming) > 1:
                done, future = coming.popleft()
                yield done, future.result()
        for done, future in coming:
            yield done, future.result()


def _read(source: Source, part: Part, room: Room) -> NDArray[Any]:
    if not isinstance(source, BlocksSource):
        return source.read(part.layers, part.window)
    shape = (part.layers[1] - part.layers[0], *part.window.shape)
    values = room.of(math.prod(shape)).reshape(shape)
    source.read_into(part.layers, part.window, values)
    return values


def _add(ask: Ask, job: Job, blocks: list[tuple[int, int]], into: tuple[Floats, ...]) -> None:
    """Add a part to the answers for units: each thread takes layers, or bands where there are too few layers."""
    threads = workers() if job.loaded.values.size > _MANY_VALUES else 1
    if len(blocks) >= threads:
        in_threads(partial(ask.add, job, into), blocks, threads)  # type: ignore[arg-type]
        return
    shares = _shares(job, threads)
    jobs = [Job(job.pieces, job.loaded, job.area, bands) for bands in shares]
    for block in blocks:
        found = in_threads(partial(_of_share, ask, jobs, block), [(n, n + 1) for n in range(len(jobs))])
        for own, answer in zip(jobs, found, strict=True):
            ask.join(into, own.table, block, answer)  # type: ignore[arg-type]


def _of_share(ask: Ask, jobs: list[Job], block: tuple[int, int], number: int, _: int) -> tuple[Floats, ...]:
    return ask.of_pieces(jobs[number], block)


def _shares(job: Job, count: int) -> list[tuple[int, int]]:
    """Cut the bands of a job into shares with about as many boundary cells and runs each."""
    pieces, (begin, end) = job.pieces, job.bands
    work = np.append(
        0, np.cumsum(pieces.of(begin, end)[:, (3, 5)].sum(axis=1) - pieces.of(begin, end)[:, (2, 4)].sum(axis=1))
    )
    at = work[pieces.band_ptr[begin : end + 1] - pieces.band_ptr[begin]]
    cuts = np.searchsorted(at, np.linspace(0, at[-1], count + 1)[1:-1]) + begin
    return [(int(a), int(b)) for a, b in pairwise(np.unique([begin, *cuts, end]))]
