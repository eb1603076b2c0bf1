"""How values are added up over covered cells: from any source, band by band, into any statistic.

``sources``, ``stacks`` (what values come in) → ``bands``, ``jobs`` (what is done with a part of them) → ``sums``,
``quantiles``, ``classes`` (one pass) → ``statistics`` (what a coverage offers).
"""
