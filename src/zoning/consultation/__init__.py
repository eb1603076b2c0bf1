"""Consultation (征求意见): comments of departments matched to clauses, and answered."""
