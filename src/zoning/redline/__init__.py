"""Revisions written into the user's own xlsx and docx, and what a reviewer made of them read back."""

from zoning.redline.changes_document import changes_docx
from zoning.redline.clean import clean_copy
from zoning.redline.document import redline_docx
from zoning.redline.model import Further, Outcome, Review, Reviewed, Revision
from zoning.redline.review import read_review
from zoning.redline.settled import accept_all, reject_all
from zoning.redline.spreadsheet import redline_xlsx
from zoning.redline.verdicts import heads_listing

__all__ = [
    "Further",
    "Outcome",
    "Review",
    "Reviewed",
    "Revision",
    "accept_all",
    "changes_docx",
    "clean_copy",
    "heads_listing",
    "read_review",
    "redline_docx",
    "redline_xlsx",
    "reject_all",
]
