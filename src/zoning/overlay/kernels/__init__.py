"""The loops that numba compiles: arrays in, arrays out, no shapely, no pandas.

Every kernel releases the interpreter lock, keeps the order of its additions fixed (no reassociation, NaN is honoured),
and is called with one set of argument types only, so that it is compiled once and then read from the cache.
"""

__all__ = ["KERNELS"]

KERNELS = 2
"""Version of the numbers that the kernels of coverages give: raised whenever any of them may differ in any bit, so that
no coverage of before is taken for one of now."""
