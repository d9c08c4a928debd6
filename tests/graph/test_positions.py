"""The named positions of codes are those of the code lists."""

import pytest

from graph import model, snapshot


@pytest.mark.parametrize(
    ("codes", "names"),
    [
        (model.LEVELS, "PROVINCE CITY COUNTY TOWN VILLAGE"),
        (model.PROVIDER_TYPES, "OFFER VOLUNTEER CASEWORKER"),
        (model.LOCK_SUBJECTS, "ON_NEED ON_VILLAGE ON_HOUSEHOLD"),
        (model.ASSIGNMENT_STATUSES, "PROPOSED ACCEPTED DELIVERED"),
        (model.CASEWORKER_TYPES, "SHUANGBAI CLERK ASSISTANT"),
    ],
)
def test_a_position_bears_the_name_of_its_code(codes: tuple[model.Code, ...], names: str) -> None:
    positions = {getattr(snapshot, name): name.removeprefix("ON_").lower() for name in names.split()}
    assert positions == {at: code.code for at, code in enumerate(codes)}
