"""The planner's page in a browser: how soon something is seen, how soon every village is drawn, how much comes over the wire."""

from __future__ import annotations

import shutil
from functools import partial
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.samples import CITY, COUNTY, PROVINCE, ROOT
from bench.scenario import Figures, Scenario, at_most
from bench.service import PASSWORD, Service, service

_VISITS = 5
_SEEN = """() => {
  const at = (name) => performance.getEntriesByName(name)[0]?.startTime ?? NaN;
  const loads = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return {
    first_paint_ms: at("first-contentful-paint"),
    drawn_ms: at("villages drawn"),
    kilobytes: loads.reduce((sum, each) => sum + each.transferSize, 0) / 1000,
    requests: loads.length,
  };
}"""


def pages(region: str) -> Figures:
    """Medians of first visits to the map of a region with every cache empty, and the size of the service's own scripts."""
    with service(region) as running:
        return visited(running, f"/gaps?region={region}")


def visited(running: Service, address: str) -> Figures:
    """The figures of one page."""
    scripts = sum(path.stat().st_size for path in (ROOT / "api" / "pages" / "static").glob("*.js"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        visits = [_visit(browser, running, address) for _ in range(_VISITS)]
        browser.close()
    return {name: median(visit[name] for visit in visits) for name in visits[0]} | {"own_js_kilobytes": scripts / 1000}


def _visit(browser: Browser, running: Service, address: str) -> dict[str, Any]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.request.post(
        f"{running.address}/sign-in", form={"name": "planner", "password": PASSWORD, "back": "/healthz"}
    )
    page = context.new_page()
    page.goto(running.address + address)
    page.wait_for_selector(".ground canvas", state="attached")
    page.wait_for_load_state("networkidle")
    seen: dict[str, Any] = page.evaluate(_SEEN)
    context.close()
    return seen


_TARGETS = (
    at_most("first_paint_ms", 400),
    at_most("drawn_ms", 600),
    at_most("kilobytes", 150),
    at_most("own_js_kilobytes", 25),
)
SCENARIOS = tuple(
    Scenario(
        f"pages_{name}",
        name,
        "the planner's map in a browser at a first visit, every village a point",
        partial(pages, region),
        _TARGETS,
    )
    for name, region in (("county", COUNTY), ("city", CITY), ("province", PROVINCE))
)
