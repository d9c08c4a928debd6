"""Named peers on the exact class, each over the same eligible pairs of one component and their worth; all but greedy are exact."""

from __future__ import annotations

from importlib import import_module

from bench.peers.pairs import Peer

PEERS = {
    "emd": "flows",
    "min_cost_flow": "flows",
    "assignment": "assignment",
    "cbc": "programs",
    "highs": "programs",
    "cp_sat": "programs",
    "network_simplex": "flows",
    "greedy": "greedy",
}
"""Every peer, and the module that holds it."""


def peer(name: str) -> Peer:
    """The peer of a name; its libraries are imported here, so that nothing else that is measured carries them."""
    found: Peer = getattr(import_module(f"bench.peers.{PEERS[name]}"), f"by_{name}")
    return found
