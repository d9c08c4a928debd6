"""Room for unmet whole needs: who is served moves to hours that are left, and no hour is given twice."""

import numpy as np

from matching.serve.budgets import Payers
from matching.serve.components import parts_of
from matching.serve.exclusions import exclusions_of
from matching.serve.hand_out import Pieces
from matching.serve.levels import usual_quantities
from matching.serve.making_room import make_room
from matching.serve.outcome import Outcome
from matching.serve.solve import solve
from matching.serve.supply import standing_supply
from matching.serve.teams import teams_of
from matching.travel import Roads
from tests.matching.helped import volunteer
from tests.matching.test_serve_state import lock
from tests.matching.worlds import VISIT, Rows, need, problem_of, world


def made_room(rows: Rows, **before: str) -> dict[str, str]:
    """Who serves each need after room was made, if these volunteers served these needs before."""
    problem = problem_of(rows)
    roads, usual, supply = Roads(problem.snapshot), usual_quantities(problem), standing_supply(problem)
    forbidden = exclusions_of(problem).pairs()
    [part] = parts_of(problem, roads, supply, forbidden, usual, teams_of(problem, roads, supply, forbidden))
    component = part.component
    capacity = component.by_offers(supply.capacity)
    solution = solve(component, part.network, capacity, Payers.none(component.suppliers))
    needs, volunteers = (getattr(problem.snapshot, table).key.to_pylist() for table in ("needs", "volunteers"))
    need_of = np.array([needs.index(each) for each in before], np.int32)
    by = np.array([volunteers.index(each) for each in before.values()], np.int32)
    pieces = Pieces(need_of, by, component.units[need_of], np.zeros(len(by), np.int32))
    nobody = np.full(len(needs), -1, np.int32)
    found = make_room(problem, roads, Outcome(part, solution, pieces, True, nobody), supply.capacity).pieces
    return {needs[one]: volunteers[other] for one, other in zip(found.need.tolist(), found.offer.tolist(), strict=True)}


def asked(key: str, hours: int, urgency: str = "green") -> dict[str, object]:
    """A need of so many visits of an hour by one volunteer."""
    return need(key, kind=VISIT, quantity=hours, urgency=urgency)


def test_who_is_served_moves_to_hours_that_are_left_and_makes_room_for_a_larger_need():
    rows = world(
        needs=[asked("N1", 2), asked("N2", 3)],
        volunteers=[volunteer("V1", hours=3, minutes_limit=0), volunteer("V2", hours=2, minutes_limit=0)],
    )
    assert made_room(rows, N1="V1") == {"N1": "V2", "N2": "V1"}


def test_hours_that_a_larger_need_has_taken_are_not_given_to_another():
    rows = world(
        needs=[asked("N1", 2), asked("N2", 2), asked("N3", 4, "red"), asked("N4", 3)],
        volunteers=[
            volunteer("V1", hours=4, minutes_limit=0),
            volunteer("V2", hours=2, minutes_limit=0),
            volunteer("V3", hours=3, minutes_limit=0),
        ],
        locks=[lock("N2", "V2", provider_type="volunteer", mode="forbid")],
    )
    # N1 and N2 could both move, to V2 and to V1, until N3 has all hours of V1
    assert made_room(rows, N1="V1", N2="V3") == {"N1": "V2", "N2": "V3", "N3": "V1"}
