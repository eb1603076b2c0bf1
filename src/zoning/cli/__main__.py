"""``python -m zoning.cli``."""

from zoning.cli import main

main()
