"""The public edition: a result without what only officials may see, coarsened and rounded by a table."""
