"""The atlas: every sheet of a study in one PDF, drawn as vectors, set with our own fonts.

==============  ====================================================================================================
``model``       what stands on the pages: plates, frames, what was drawn, the imprint
``sheets``      the sheets as records; ``plates`` makes them
``facts``       the fact sheet of a unit
``layout``      where things lie on a page
``drawing``     panels as vectors
``typesetting`` sheets as data, templates as pages
``merging``     parts bound into one file
``book``        the atlas part by part
``writing``     a result → ``atlas.pdf``
==============  ====================================================================================================
"""
