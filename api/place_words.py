"""A region's own row among those inside it, in words."""

from __future__ import annotations


def itself(name: str, level: str) -> tuple[str, str]:
    """What is placed at a region and in nothing inside it, in English and Chinese."""
    return f"{name} (at the {level} itself)", f"{name}本级"
