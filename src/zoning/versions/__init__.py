"""Two versions of a list (动态更新): which unit became which, and what became of every clause."""
