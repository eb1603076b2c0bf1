"""Layers of polygons: codes and classes, coordinate systems, shapes, and how features lie to each other."""
