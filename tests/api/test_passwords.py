"""However many passwords come at once, those who are let wait are few, and the rest are told to come back."""

import threading
from concurrent.futures import ThreadPoolExecutor

from api.passwords import SignInsCrowded, hashed, matches

PASSWORD = "several plain words"


def test_of_very_many_at_once_some_are_answered_and_the_rest_told_to_come_back() -> None:
    kept, everybody = hashed(PASSWORD), threading.Barrier(60)

    def ask(_: int) -> bool | None:
        everybody.wait()
        try:
            return matches(PASSWORD, kept)
        except SignInsCrowded:
            return None

    with ThreadPoolExecutor(60) as pool:
        answers = list(pool.map(ask, range(60)))
    assert set(answers) == {True, None}
    assert answers.count(True) >= 24
    assert matches(PASSWORD, kept)
    assert not matches("other plain words", kept)
