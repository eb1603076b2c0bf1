"""Raw… → findings and valid values: every fault of every input at once, before anything is computed."""

from zoning.checks.judged import FaultShape, Judged
from zoning.checks.layers import check_units, check_zones, unit_codes
from zoning.checks.lists import check_list
from zoning.checks.points import check_points, check_projects
from zoning.checks.rasters import check_emissions
from zoning.checks.registers import check_overrides
from zoning.checks.target_tables import check_targets

__all__ = [
    "FaultShape",
    "Judged",
    "check_emissions",
    "check_list",
    "check_overrides",
    "check_points",
    "check_projects",
    "check_targets",
    "check_units",
    "check_zones",
    "unit_codes",
]
