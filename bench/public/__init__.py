"""Public instances with published optima, read in their own formats and put as regions, needs and offers.

OR-Library (J. E. Beasley, Journal of the Operational Research Society 41, 1990) has two families that our models meet:
the *assignment problem*, needs of one unit and offers of one unit with minutes between their towns; and the *generalised
assignment problem*, where organisations have budgets and an offer for each need, with a unit cost of its own. Set cover and
p-median ask which places to open: nothing decides that yet, since a worker costs by the villages covered, not by being there.
"""
