"""The page on the health of a list: one HTML file that needs no network."""
