"""The straight line and the public functions that take paths.

``running`` holds check and run, ``publishing`` publish, ``overlaying`` coverage; they are imported one by one, because
checking a study needs none of the libraries that draw its deliverables.
"""
