"""Real Chromium on the service of a small county: a reader with a role, a language, and JavaScript or none."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tests.api.conftest import sample
from tests.api.web.conftest import PASSWORD, Service, service

__all__ = ["sample", "service"]

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
collect_ignore_glob = [] if CHROMIUM else ["test_*.py"]


def pytest_report_header() -> str:
    return f"browser: {CHROMIUM}" if CHROMIUM else "browser: no chromium here, so that the tests of pages are left out"


@dataclass
class Reader:
    """Somebody at a browser; `wrong` collects what no page may do: complain, or ask another site for anything."""

    page: Page
    address: str
    language: str
    script: bool = True
    wrong: list[str] = field(default_factory=list)

    def say(self, en: str, zh: str) -> str:
        """The text in the reader's language."""
        return zh if self.language == "zh" else en

    def open(self, path: str) -> None:
        """Go to a page of the service."""
        self.page.goto(self.address + path)

    def button(self, en: str, zh: str) -> Locator:
        """The first button of this name."""
        return self.page.get_by_role("button", name=self.say(en, zh), exact=True).first

    def press(self, en: str, zh: str) -> None:
        """Press the button of this name."""
        self.button(en, zh).click()

    def follow(self, pressed: Locator) -> None:
        """Press what leads to another page, or to this one anew, and wait until that is there."""
        with self.page.expect_navigation():
            pressed.click()

    def enter(self, name: str, password: str = PASSWORD) -> None:
        """Sign in."""
        self.open("/sign-in")
        self.page.locator("#name").fill(name)
        self.page.locator("#password").fill(password)
        self.page.locator("main form button").click()
        self.page.wait_for_url(lambda address: "/sign-in" not in address)

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    def refused(self, status: int) -> None:
        """Take away the complaint that an answer of this status was meant to cause."""
        mark = f"status of {status}"
        assert any(mark in each for each in self.wrong), self.wrong
        self.wrong[:] = [each for each in self.wrong if mark not in each]


def until(reader: Reader, selector: str) -> None:
    """Wait for a part of the page, reading it anew where no script does."""
    for _ in range(120):
        if reader.page.locator(selector).count():
            return
        reader.page.wait_for_timeout(500)
        if not reader.script:
            reader.page.reload()
    raise AssertionError(f"{selector} never came: {reader.text}")


Opened = Callable[..., Reader]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, service: Service) -> Iterator[Opened]:
    """Opens a browser of its own for one more reader; at the end none may have met anything wrong."""
    readers: list[Reader] = []
    contexts: list[BrowserContext] = []

    def begin(
        language: str = "en", *, script: bool = True, touch: bool = False, width: int = 1366, height: int = 768
    ) -> Reader:
        context = chromium.new_context(
            locale="zh-CN" if language == "zh" else "en-GB",
            java_script_enabled=script,
            has_touch=touch,
            viewport={"width": width, "height": height},
            accept_downloads=True,
        )
        contexts.append(context)
        reader = Reader(context.new_page(), service.address, language, script)
        reader.page.on("console", lambda said: reader.wrong.append(said.text) if said.type == "error" else None)
        reader.page.on("pageerror", lambda error: reader.wrong.append(str(error)))
        reader.page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((service.address, "data:", "blob:")) else reader.wrong.append(asked.url)
            ),
        )
        readers.append(reader)
        return reader

    yield begin
    for context in contexts:
        context.close()
    assert [each.wrong for each in readers] == [[] for _ in readers]
