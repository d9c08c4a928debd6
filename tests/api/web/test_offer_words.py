"""Who may receive an offer, and how many it reaches, in words that people would use; the document's example is such an offer."""

import pytest

from api.pages.rendering import _TEMPLATES, Words
from api.routes.offering import Cells, TownNeeds
from api.sentences import who_may_receive
from graph.errors import Language
from graph.offers import Whom
from graph.within import Region, RegionTree
from tests.api.web.conftest import Service
from tests.api.web.test_offers import OFFER

TREE = RegionTree({"1": Region("1", "A", "county", None, None, None, None)})


@pytest.mark.parametrize(
    ("low", "high", "en", "zh"),
    [
        (None, 0, "under 1 year old", "未满 1 岁"),
        (0, 0, "under 1 year old", "未满 1 岁"),
        (0, 6, "6 years old or younger", "不超过 6 岁"),
        (60, 60, "60 years old", "年龄为 60 岁"),
        (60, 79, "60 to 79 years old", "年龄在 60 至 79 岁之间"),
        (60, None, "60 years old or older", "年满 60 岁"),
    ],
)
def test_ages_are_said_as_people_say_them(low: int | None, high: int | None, en: str, zh: str) -> None:
    said, said_zh = who_may_receive(Whom("bathing", (), (), low, high), ("1",), TREE, {})
    assert f"if they are {en};" in said
    assert f"且{zh}的困难群众" in said_zh


@pytest.mark.parametrize(
    ("language", "unmet", "said"),
    [("en", None, "… / about 45"), ("zh", None, "… / 约 45"), ("en", 40, "about 40 / 45"), ("zh", 40, "约 40 / 45")],
)
def test_about_stands_before_a_number(language: Language, unmet: int | None, said: str) -> None:
    town = TownNeeds(
        town="1", name="A", urgency="red", few=unmet is None, about=True, needs=45, unmet=unmet, units=None
    )
    parts = _TEMPLATES.get_template("parts.html").make_module({"t": Words(language)})
    assert said in parts.town_counts([town], "reach")  # type: ignore[attr-defined] # a macro of the template


def test_the_example_of_an_offer_is_one_that_can_be_tried(service: Service) -> None:
    with service.client("kind") as client:
        answer = client.post("/api/v1/offers/reach", json=Cells.model_config["json_schema_extra"]["example"])  # type: ignore[index]
        assert answer.status_code == 200, answer.text


def test_whoever_speaks_for_one_organisation_is_told_so_and_of_no_region(service: Service) -> None:
    with service.client("mei") as mei:
        others = {each["organization"] for each in mei.get("/api/v1/organizations").json()["items"]}
    with service.client("kind") as client:
        own = client.get("/api/v1/me").json()["organization"]
        other = min(others - {own})
        answer = client.post("/api/v1/offers", json=OFFER | {"organization": other})
    told = answer.json()
    assert (answer.status_code, told["code"]) == (403, "outside_scope")
    assert told["messages"]["en"] == f"kind works for {own} alone, and {other} is another organisation."
    assert "egion" not in told["repairs"]["en"]
    assert "区" not in told["repairs"]["zh"]
