"""Emission factors, keyed (series, year, place, vintage), each with its source and how far to trust it."""

from zoning.factors.fuels import FuelFactor, fuel_factor, fuel_series
from zoning.factors.registry import Factor, Registry
from zoning.factors.rows import KINDS

__all__ = ["KINDS", "Factor", "FuelFactor", "Registry", "fuel_factor", "fuel_series"]
