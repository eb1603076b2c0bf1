"""One file per format: each reads what is there, with addresses, and judges nothing."""
