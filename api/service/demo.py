"""The demonstration's own world: one sample city in a home of its own, beside what a user has."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from api.service.accounts import add_user, change_user
from api.service.loading import make_sample
from api.service.opening import Progress, opened, silent
from api.settings import VARIABLES, Settings
from graph.stored import stored_keys
from graph.users import UserTaken, user_named

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


ACCOUNTS = {"admin": "admin", "coordinator": "coordinator", "planner": "planner", "charity": "provider"}
"""Accounts of the demonstration with their roles."""


def demo_accounts(settings: Settings) -> str:
    """Have an account for each role, all with one password, new each time; gives it."""
    password = secrets.token_urlsafe(9)
    with opened(settings) as graph:
        charity = min(stored_keys(graph, "organizations").to_pylist())
    for name, role in ACCOUNTS.items():
        provider = role == "provider"
        region, organization = None if provider or role == "admin" else REGION, charity if provider else None
        try:
            add_user(settings, name, role, password, region=region, organization=organization)
        except UserTaken:
            with opened(settings) as graph:
                version = user_named(graph, name).version
            change_user(settings, name, version, {"password": password, "state": "active"})
    return password
