"""What can go wrong: the error tree, the finding of a fault in an input, and the closed list of finding codes.

```
ZoningError
├── StudyError      the study file cannot be understood
├── InputError      inputs are faulty; carries every finding
├── CrsError        a coordinate system is unknown, or a datum shift is not exact
├── QuantityError   a unit of measure, kind or species basis forbids the operation
├── GeometryError   a geometry that no exact overlay can be computed for
├── TableError      a packaged or user table is malformed
└── ResultError     a result folder is missing, foreign or incomplete
```
"""

from __future__ import annotations

import dataclasses
from dataclasses import asdict, dataclass
from enum import StrEnum

__all__ = [
    "CrsError",
    "Finding",
    "FindingCode",
    "GeometryError",
    "InputError",
    "QuantityError",
    "ResultError",
    "Severity",
    "StudyError",
    "TableError",
    "ZoningError",
]


class Severity(StrEnum):
    """How much a finding matters: an error stops a run, a warning is printed on what it touches, an info is kept."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class FindingCode(StrEnum):
    """Closed list of finding codes; their meaning in zh and en stands in ``tables/finding_codes.csv``."""

    CODE_DUPLICATE = "CODE_DUPLICATE"
    CODE_PATTERN = "CODE_PATTERN"
    CLASS_MISMATCH = "CLASS_MISMATCH"
    ELEMENT_MISMATCH = "ELEMENT_MISMATCH"
    ADMIN_MISMATCH = "ADMIN_MISMATCH"
    AREA_MISMATCH = "AREA_MISMATCH"
    FIELD_UNKNOWN = "FIELD_UNKNOWN"
    FIELD_MISSING = "FIELD_MISSING"
    VALUE_UNKNOWN = "VALUE_UNKNOWN"
    CRS_MISSING = "CRS_MISSING"
    CRS_CONTRADICTS = "CRS_CONTRADICTS"
    CRS_ZONE_PREFIX = "CRS_ZONE_PREFIX"
    AXES_SWAPPED = "AXES_SWAPPED"
    DATUM_SHIFT_UNKNOWN = "DATUM_SHIFT_UNKNOWN"
    DATUM_GCJ02_SUSPECTED = "DATUM_GCJ02_SUSPECTED"
    DATUM_MIXED = "DATUM_MIXED"
    ENCODING_UNDECLARED = "ENCODING_UNDECLARED"
    ENCODING_WRONG = "ENCODING_WRONG"
    GEOM_INVALID = "GEOM_INVALID"
    GEOM_EMPTY = "GEOM_EMPTY"
    GEOM_Z = "GEOM_Z"
    GEOM_MULTIPART = "GEOM_MULTIPART"
    LAYER_OVERLAP = "LAYER_OVERLAP"
    LAYER_GAP = "LAYER_GAP"
    LAYER_SLIVER = "LAYER_SLIVER"
    LAYER_NESTED = "LAYER_NESTED"
    LAYER_COAST = "LAYER_COAST"
    UNIT_MISSING = "UNIT_MISSING"
    UNIT_UNCLEAR = "UNIT_UNCLEAR"
    UNIT_SLIP = "UNIT_SLIP"
    UNIT_MIXED = "UNIT_MIXED"
    KIND_MISSING = "KIND_MISSING"
    SPECIES_BASIS = "SPECIES_BASIS"
    NODATA_UNDECLARED = "NODATA_UNDECLARED"
    NODATA_CONFLICT = "NODATA_CONFLICT"
    ROWS_FLIPPED = "ROWS_FLIPPED"
    SOUTH_UP = "SOUTH_UP"
    LON_0_360 = "LON_0_360"
    CELL_BOUNDS_MISSING = "CELL_BOUNDS_MISSING"
    NEGATIVE_CELLS = "NEGATIVE_CELLS"
    TIME_AMBIGUOUS = "TIME_AMBIGUOUS"
    TOTAL_MISMATCH = "TOTAL_MISMATCH"
    GRID_NOT_COVERING = "GRID_NOT_COVERING"
    CELL_LARGER_THAN_UNIT = "CELL_LARGER_THAN_UNIT"
    PROXY_COPY = "PROXY_COPY"
    YEAR_DIFFERS = "YEAR_DIFFERS"
    HEADER_UNKNOWN = "HEADER_UNKNOWN"
    LIST_CODE_UNKNOWN = "LIST_CODE_UNKNOWN"
    UNIT_WITHOUT_LIST = "UNIT_WITHOUT_LIST"
    LIST_DUPLICATE = "LIST_DUPLICATE"
    TABLE_RAGGED = "TABLE_RAGGED"
    FORMULA_CELL = "FORMULA_CELL"
    LINK_EXTERNAL = "LINK_EXTERNAL"
    TARGET_RANGE = "TARGET_RANGE"
    TARGET_NOT_COMPARABLE = "TARGET_NOT_COMPARABLE"
    POINT_OUTSIDE = "POINT_OUTSIDE"
    POINT_IN_SEA = "POINT_IN_SEA"
    POINT_AXES_SWAPPED = "POINT_AXES_SWAPPED"
    POINT_FORMAT = "POINT_FORMAT"
    POINT_EXCEEDS_CELL = "POINT_EXCEEDS_CELL"
    POINT_IN_GRID_UNKNOWN = "POINT_IN_GRID_UNKNOWN"
    FIRM_DUPLICATE = "FIRM_DUPLICATE"
    FIRM_CODE_PATTERN = "FIRM_CODE_PATTERN"
    FIRM_NAME_DIFFERS = "FIRM_NAME_DIFFERS"
    FIRM_MATCH_UNCERTAIN = "FIRM_MATCH_UNCERTAIN"
    FIRM_MERGED = "FIRM_MERGED"
    FIRM_UNMATCHED = "FIRM_UNMATCHED"
    INDUSTRY_MISSING = "INDUSTRY_MISSING"
    ADDRESS_MISMATCH = "ADDRESS_MISMATCH"
    YEAR_MISMATCH = "YEAR_MISMATCH"
    SOURCES_DISAGREE = "SOURCES_DISAGREE"
    ARITHMETIC = "ARITHMETIC"
    BALANCE_NOT_CLOSED = "BALANCE_NOT_CLOSED"
    RESIDUAL_NEGATIVE = "RESIDUAL_NEGATIVE"
    HEAT_DOUBLE_COUNT = "HEAT_DOUBLE_COUNT"
    PERMIT_EXCEEDED = "PERMIT_EXCEEDED"
    EVIDENCE_MISSING = "EVIDENCE_MISSING"
    PROJECT_STATUS = "PROJECT_STATUS"
    OVERRIDE_TARGET_UNKNOWN = "OVERRIDE_TARGET_UNKNOWN"
    OVERRIDE_REASON_MISSING = "OVERRIDE_REASON_MISSING"
    OVERRIDE_CONFLICT = "OVERRIDE_CONFLICT"
    COMMENT_UNMATCHED = "COMMENT_UNMATCHED"
    COMMENT_CONFLICT = "COMMENT_CONFLICT"
    FILE_UNREADABLE = "FILE_UNREADABLE"
    PATH_MISSING = "PATH_MISSING"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    PATH_OUTSIDE = "PATH_OUTSIDE"
    POINT_CLUSTER = "POINT_CLUSTER"
    VERSION_MIXED = "VERSION_MIXED"
    LIST_PART_UNREAD = "LIST_PART_UNREAD"
    LIST_TWO_UNITS = "LIST_TWO_UNITS"
    LIST_LEVEL_UNCLEAR = "LIST_LEVEL_UNCLEAR"
    LIST_REVISIONS_OPEN = "LIST_REVISIONS_OPEN"
    LIST_TYPE_WRONG = "LIST_TYPE_WRONG"
    LIST_DIMENSION_MISSING = "LIST_DIMENSION_MISSING"
    LIST_DIMENSION_DIFFERS = "LIST_DIMENSION_DIFFERS"
    LIST_COPIED = "LIST_COPIED"
    LIST_CONTRADICTION = "LIST_CONTRADICTION"
    LIST_WEAKER = "LIST_WEAKER"
    LIST_ZONE_UNANSWERED = "LIST_ZONE_UNANSWERED"
    LIST_CARBON_SILENT = "LIST_CARBON_SILENT"
    LAW_NOT_IN_FORCE = "LAW_NOT_IN_FORCE"
    LAW_UNKNOWN = "LAW_UNKNOWN"
    REFERENCE_DEAD = "REFERENCE_DEAD"
    DEADLINE_PASSED = "DEADLINE_PASSED"
    CLAUSE_CONFLICT = "CLAUSE_CONFLICT"
    CLAUSE_PENALTY = "CLAUSE_PENALTY"
    REDLINE_MOVED = "REDLINE_MOVED"
    REVIEW_UNCLEAR = "REVIEW_UNCLEAR"
    OVERRIDE_REOPENED = "OVERRIDE_REOPENED"
    UNIT_UNMATCHED = "UNIT_UNMATCHED"
    GLYPH_MISSING = "GLYPH_MISSING"
    SHEET_UNKNOWN = "SHEET_UNKNOWN"
    SYMBOL_UNKNOWN = "SYMBOL_UNKNOWN"
    LIMITS_FAULTY = "LIMITS_FAULTY"
    SYMBOL_ALIKE = "SYMBOL_ALIKE"
    GRID_COARSENED = "GRID_COARSENED"
    BASE_OUTSIDE = "BASE_OUTSIDE"
    NUMBERS_WITHHELD = "NUMBERS_WITHHELD"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of an input, with its address and its remedy.

    Attributes
    ----------
    code : FindingCode
        Member of the closed list.
    severity : Severity
        ``error`` stops a run.
    file, layer, field, value : str
        Where: empty when it does not apply.
    row : int or None
        Row as the user sees it in the file (a header counts), None for a fault of the whole layer.
    message_zh, message_en, fix_zh, fix_en : str
        What is wrong and how to mend it, in both languages.
    key : str
        Key of its text (the code, or ``CODE.variant``): faults of one key in one column are one kind of fault.
    """

    code: FindingCode
    severity: Severity
    message_zh: str
    message_en: str
    fix_zh: str = ""
    fix_en: str = ""
    file: str = ""
    layer: str = ""
    row: int | None = None
    field: str = ""
    value: str = ""
    key: str = dataclasses.field(default="", compare=False)

    def message(self, lang: str = "zh") -> str:
        """Return the message in one language (``zh`` or ``en``)."""
        return self.message_en if lang == "en" else self.message_zh

    def fix(self, lang: str = "zh") -> str:
        """Return the remedy in one language (``zh`` or ``en``)."""
        return self.fix_en if lang == "en" else self.fix_zh

    def as_row(self) -> dict[str, object]:
        """Return the finding as one row of ``findings.json``, columns in their fixed order."""
        row = asdict(self)
        return {name: row[name] for name in COLUMNS}


COLUMNS = (
    "code", "severity", "file", "layer", "row", "field", "value", "message_zh", "message_en", "fix_zh", "fix_en",
)  # fmt: skip


class ZoningError(Exception):
    """Root of every error this package raises on purpose; it says the fault in both languages.

    Parameters
    ----------
    zh, en : str
        The whole message: what is wrong, where, what is allowed, how to fix it.

    Examples
    --------
    >>> error = ZoningError("没有坐标系", "no coordinate system")
    >>> print(error.text("en"))
    no coordinate system
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en

    def text(self, lang: str = "zh") -> str:
        """Return the message in one language."""
        return self.en if lang == "en" else self.zh


class StudyError(ZoningError):
    """The study file cannot be understood; ``findings`` lists every fault of it."""

    def __init__(self, zh: str, en: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(zh, en)
        self.findings = findings


class InputError(ZoningError):
    """Inputs are faulty; ``findings`` holds all of them, errors first."""

    def __init__(self, zh: str, en: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(zh, en)
        self.findings = findings


class CrsError(ZoningError):
    """A coordinate system is unknown, contradicts the coordinates, or its datum shift is not exact offline."""


class QuantityError(ZoningError):
    """A unit of measure, a kind or a species basis forbids the operation (summing a density, mixing CO2 with C)."""


class GeometryError(ZoningError):
    """A geometry for which no exact overlay exists: empty, invalid, across the antimeridian, not a polygon."""


class TableError(ZoningError):
    """A packaged table, or a table that a user put in its place, is malformed."""


class ResultError(ZoningError):
    """A result folder is missing, is not one of ours, or is incomplete."""
