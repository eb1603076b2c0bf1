"""Rasters: where the cells are, what the numbers mean, which steps make a year, and whether the sums agree."""
