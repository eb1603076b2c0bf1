"""The only rooms that open or write a file."""
