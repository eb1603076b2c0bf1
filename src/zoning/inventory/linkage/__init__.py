"""Which rows of the department tables are one enterprise, how sure that is, and why.

===============  ===================================================================================================
``names``        a name taken apart, and how alike two are
``codes``        credit codes, old numbers, codes with a slip
``dragged``      codes that stand beside many names, which nobody can believe
``addresses``    addresses written one way, townships
``evidence``     rows that are one by their very words
``blocking``     which of them are worth comparing
``scoring``      log-odds of what agrees and what does not
``review``       what a person decided
``clusters``     enterprises out of pairs
``naming``       ids of enterprises
``repeats``      rows that stand twice in a table
``mergers``      enterprises that went into another
``sayings``      findings and corrections
``linking``      the linkage as a whole
===============  ===================================================================================================
"""

from zoning.inventory.linkage.linking import link_enterprises

__all__ = ["link_enterprises"]
