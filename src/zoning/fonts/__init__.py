"""Our own fonts, and which characters they have."""
