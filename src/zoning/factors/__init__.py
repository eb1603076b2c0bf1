"""Emission factors, keyed (series, year, place, vintage), each with its source and how far to trust it."""

from zoning.factors.equivalents import equivalents_per_kg
from zoning.factors.fuels import FuelFactor, fuel_factor, fuel_series
from zoning.factors.registry import Factor, Registry
from zoning.factors.rows import KINDS

__all__ = ["KINDS", "Factor", "FuelFactor", "Registry", "equivalents_per_kg", "fuel_factor", "fuel_series"]
