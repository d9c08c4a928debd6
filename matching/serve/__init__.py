"""Needs to offers: who is served by whom, proven how far, and why the others are not.

The levels are decided in the order of model (26), each on what the earlier ones leave.
"""

from matching.serve.serving import Served, serve

__all__ = ["Served", "serve"]
