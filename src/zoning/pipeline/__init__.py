"""The straight line and the public functions that take paths.

``checking`` holds check, ``running`` run, ``publishing`` publish, ``overlaying`` coverage. They are imported one by
one, because checking a study needs nothing of what judges its units or draws its deliverables.
"""
