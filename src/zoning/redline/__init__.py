"""Revisions written into the user's own xlsx and docx, and what a reviewer made of them read back."""
