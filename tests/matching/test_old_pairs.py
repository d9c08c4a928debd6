"""Published pairs are kept as far as the best flow allows, never further."""

from tests.matching.test_serve_rules import served_by
from tests.matching.test_serve_state import assigned
from tests.matching.worlds import A1A, TOWN_A1, need, offer, world


def test_pairs_that_meet_on_one_arc_share_what_flows_there() -> None:
    """A need at the town itself and one in its village reach the offer over the same arc, at different steps."""
    rows = world(
        needs=[need("N1"), need("N2", incident_place=TOWN_A1), need("N3")],
        offers=[offer("O", TOWN_A1), offer("P", TOWN_A1), offer("Q", A1A)],
        assigned=[assigned("N1", "O"), assigned("N2", "O"), assigned("N3", "Q")],
    )
    served = served_by(rows)
    assert {one for one, _, _ in served} == {"N1", "N2", "N3"}
    assert {by for _, by, _ in served} == {"O", "P", "Q"}
