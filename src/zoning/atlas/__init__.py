"""The atlas: every sheet of a study in one PDF, drawn as vectors, set with our own fonts."""
