"""The demonstration's own world: one sample city in a home of its own, beside what a user has."""

from __future__ import annotations

import os
from pathlib import Path

from api.service.loading import make_sample
from api.service.opening import Progress, silent
from api.settings import VARIABLES, Settings

REGION, NAME, SEED, DAY = "441400", "梅州市", 20260, "2026-11-02"


def demo_settings(settings: Settings) -> Settings:
    """The settings of the demonstration: the folder `demo` in the home, and always the local graph."""
    os.environ.pop(VARIABLES["graph"], None)  # the graph would read it there
    return settings.model_copy(update={"home": settings.home / "demo", "graph": None})


def demo_data(settings: Settings, progress: Progress = silent) -> Path:
    """The folder of the sample, some of its rows at fault; written whole, and only once."""
    folder = settings.home / "data"
    if not folder.exists():
        make_sample(folder, region=REGION, seed=SEED, on=DAY, dirty=True, progress=progress)
    return folder
