"""The goals of speed as rows: which contender over which of ours, on which work, and how many times."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A ratio that ours should reach.

    Attributes
    ----------
    work : str
        Key of the workload.
    peer, ours : str
        Contenders.
    when : str
        ``first`` (first call in a fresh process) or ``steady`` (median of the rounds).
    times : float
        The peer's seconds over ours should be at least this.
    moonshot : float
        What is physically possible.
    """

    work: str
    peer: str
    ours: str
    when: str
    times: float
    moonshot: float


GOALS = (
    Goal("W1", "ee", "ours", "steady", 20, 40),
    Goal("W2", "ee", "ours", "steady", 35, 100),
    Goal("W2n", "ee", "ours", "steady", 20, 100),
    Goal("W3", "ee", "ours", "first", 15, 60),
    Goal("W2", "rasterize", "ours", "steady", 4, 10),
    Goal("W3", "rasterize", "ours", "steady", 4, 10),
    Goal("W4", "ee_tif", "ours_path", "first", 5, 10),
    Goal("W2", "ee_sum", "ours_saved", "steady", 80, 300),
    Goal("M", "ee_sum", "ours_parquet", "first", 25, 100),
    Goal("B-b20", "overlay", "ours_areas", "steady", 8, 40),
    Goal("B-b20", "overlay_plane", "ours_plane", "steady", 8, 40),
    Goal("B-big", "overlay", "ours_areas", "steady", 30, 100),
    Goal("B-big", "overlay_plane", "ours_plane", "steady", 30, 100),
    Goal("B-b20", "overlay", "ours_pieces", "steady", 1.7, 8),
    Goal("B-big", "overlay", "ours_pieces", "steady", 10, 20),
)
MEMORY_MB = 1_000  # of W4, from file
COMPILE_SECONDS = 20
LINEAR = 1.1  # an exponent up to this counts as linear: four points scatter by about so much
GROWTH = {
    "units": {"build": LINEAR, "add": LINEAR},
    "vertices": {"build": LINEAR, "add": LINEAR},
    "cells": {"build": 1.0, "add": LINEAR},
    "layers": {"build": LINEAR, "add": LINEAR},
}
