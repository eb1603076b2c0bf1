"""Polygons on polygons: which overlap and by how much, the pieces they share, and many layers at once.

``intersections`` (areas) → ``following``, ``pieces`` (drawn) → ``fragments``, ``combinations``; ``fragment_cover`` has
the cells of pieces that nobody draws.
"""
