"""Named peers on the exact class, each over the same eligible pairs of one component and their worth; all but greedy are exact."""

from bench.peers.assignment import by_assignment
from bench.peers.flows import by_emd, by_min_cost_flow, by_network_simplex
from bench.peers.greedy import by_greedy
from bench.peers.pairs import Peer
from bench.peers.programs import by_cbc, by_cp_sat, by_highs

PEERS: dict[str, Peer] = {
    "emd": by_emd,
    "min_cost_flow": by_min_cost_flow,
    "assignment": by_assignment,
    "cbc": by_cbc,
    "highs": by_highs,
    "cp_sat": by_cp_sat,
    "network_simplex": by_network_simplex,
    "greedy": by_greedy,
}
