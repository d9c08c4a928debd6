"""The language in which a reader is answered."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request

from graph.errors import Language


def language_of(request: Request) -> Language:
    """The reader's language: that of the cookie `lang`, else the one that the browser's list likes best, else English."""
    chosen = request.cookies.get("lang")
    if chosen:
        return _language(chosen) or "en"
    liked = [(quality, language) for language, quality in _liked(request.headers.get("accept-language", ""))]
    return max(liked, key=lambda each: each[0], default=(0.0, "en"))[1]  # of several liked alike the first


def _liked(listed: str) -> Iterator[tuple[Language, float]]:
    """The languages of a list (RFC 9110, 12.5.4) that are ours, each with how much it is liked; 0 is not at all."""
    for each in listed.split(","):
        tag, *parameters = (part.strip().lower() for part in each.split(";"))
        quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        language = _language(tag)
        if language and _is_quality(quality) and float(quality) > 0:
            yield language, float(quality)


def _language(tag: str) -> Language | None:
    match tag.lower().partition("-")[0]:
        case "zh":
            return "zh"
        case "en":
            return "en"
        case _:
            return None


def _is_quality(text: str) -> bool:
    """Whether a text is a weight from 0 to 1, of at most three decimals."""
    whole, _, decimals = text.partition(".")
    return whole in {"0", "1"} and len(decimals) <= 3 and (not decimals or (decimals.isascii() and decimals.isdigit()))
