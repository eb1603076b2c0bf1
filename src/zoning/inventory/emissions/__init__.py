"""Emissions from one activity record: which amount counts, and what it emits of CO2 and of pollutants alike."""

from zoning.inventory.emissions.choice import choose_uses
from zoning.inventory.emissions.model import Chosen, Emitted, Settings
from zoning.inventory.emissions.records import emission_records

__all__ = ["Chosen", "Emitted", "Settings", "choose_uses", "emission_records"]
