"""The form of an offer shows whom it reaches while it is filled in, and says nothing in an address that is of its sending alone."""

from urllib.parse import parse_qs, urlsplit

from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service
from tests.browser.conftest import Opened


def test_what_is_asked_while_a_form_is_filled_in_holds_no_mark_of_it(opened: Opened, service: Service) -> None:
    reader = opened()
    reader.enter("kind")
    reader.open(f"/offers/new?kind=bathing&serves={COUNTY}000000")
    with reader.page.expect_request(lambda asked: "/offers/new?" in asked.url and "capacity=9" in asked.url) as asked:
        reader.page.locator("#capacity").fill("9")
        reader.page.locator("#unit_cost").focus()
    given = parse_qs(urlsplit(asked.value.url).query)
    assert given["serves"] == [f"{COUNTY}000000"]
    assert not given.keys() & {"csrf", "once", "more"}
