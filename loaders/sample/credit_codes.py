"""Unified social credit codes (GB 32100) of organisations that do not exist, with both check characters true."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a unified code: no I, O, S, V, Z."""
WEIGHTS = np.array([3**i % 31 for i in range(17)])
INNER_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
"""GB 11714: weights of the organisation code within, characters 9 to 16; its check character is the 17th."""
INVENTED = "XX"
"""First characters of the organisation code: no registry gives them out in a row."""
REGISTER = {
    "government": "11",
    "mass_organisation": "13",
    "public_institution": "12",
    "charity": "53",
    "social_organisation": "51",
    "enterprise": "91",
    "utility": "91",
}
"""Registering department and kind of body by type of organisation."""


def credit_codes(types: list[str], divisions: list[str], serials: npt.NDArray[np.int64]) -> list[str]:
    """A code for each organisation from its type, its six-digit division and a serial number below a million."""
    return [
        credit_code(REGISTER[kind] + division[:6], f"{INVENTED}{serial:06d}")
        for kind, division, serial in zip(types, divisions, serials.tolist(), strict=True)
    ]


def credit_code(head: str, body: str) -> str:
    """The whole code from its first eight characters and the eight of the organisation code without its check."""
    inner = sum(int(char, 36) * int(weight) for char, weight in zip(body, INNER_WEIGHTS, strict=True))
    code = head + body + "0123456789X0"[11 - inner % 11]
    check = -sum(ALPHABET.index(char) * int(weight) for char, weight in zip(code, WEIGHTS, strict=True)) % 31
    return code + ALPHABET[check]
