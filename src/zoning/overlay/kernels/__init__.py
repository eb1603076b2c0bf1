"""The loops that numba compiles: arrays in, arrays out, no shapely, no pandas.

Every kernel releases the interpreter lock, keeps the order of its additions fixed (no reassociation, NaN is honoured),
and is called with one set of argument types only, so that it is compiled once and then read from the cache.
"""
