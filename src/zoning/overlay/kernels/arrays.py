"""The array types that kernels take, and arrays that grow while a kernel fills them."""

from zoning.crs.kernels.arrays import Flags, Floats, Ints, ShortInts, grown

__all__ = ["Flags", "Floats", "Ints", "ShortInts", "grown"]
