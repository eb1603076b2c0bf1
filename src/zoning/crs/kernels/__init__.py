"""Loops over vertices that areas are made of; each function explains itself with a picture."""
