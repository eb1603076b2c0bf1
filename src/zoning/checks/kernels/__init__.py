"""Loops over the edges of a layer that judging needs; each function explains itself with a picture."""
