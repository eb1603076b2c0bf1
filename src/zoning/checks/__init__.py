"""Raw… → findings and valid values: every fault of every input at once, before anything is computed."""

from zoning.checks.judged import FaultShape, Judged
from zoning.checks.raster.rasters import check_emissions
from zoning.checks.table.comments import check_comments
from zoning.checks.table.departments import check_departments
from zoning.checks.table.lists import check_list
from zoning.checks.table.points import check_points, check_projects
from zoning.checks.table.registers import check_overrides, check_register
from zoning.checks.table.reviews import check_review
from zoning.checks.table.target_tables import check_targets
from zoning.checks.vector.bases import check_base
from zoning.checks.vector.layers import check_units, check_zones, unit_codes

__all__ = [
    "FaultShape",
    "Judged",
    "check_base",
    "check_comments",
    "check_departments",
    "check_emissions",
    "check_list",
    "check_overrides",
    "check_points",
    "check_projects",
    "check_register",
    "check_review",
    "check_targets",
    "check_units",
    "check_zones",
    "unit_codes",
]
