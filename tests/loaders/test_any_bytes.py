"""Whatever the bytes of a file are, the check tells what is wrong and never breaks off."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from loaders.contract import check, good_rows
from tests.loaders.small_files import rows, write

GOOD = {"regions": rows()["regions"]}
HEADER = b"fund,name,region,amount,kinds,valid_from,valid_to\n"
ROW = b"F1,\xe6\x95\x91,441402000000,900,hardship_grant,2026-01-01,2026-12-31\n"


def assert_told(name: str, data: bytes) -> None:
    with TemporaryDirectory() as folder:
        (write(Path(folder), GOOD) / name).write_bytes(data)
        outcome = check(Path(folder))
        for issue in outcome.issues:
            assert issue.message_en
            assert issue.message_zh
        assert good_rows(outcome).issues.blocked or all(
            not part.bad.any() for part in good_rows(outcome).parts.values()
        )


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
@example(b"\r\r\r")
@example(b"\n")
@example(b'"')
@example(b",")
@example("fund,name\nF1,\u6551".encode("utf-16"))
def test_a_csv_file_of_any_bytes_is_told(data: bytes) -> None:
    assert_told("funds.csv", data)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, len(HEADER + ROW * 3) - 1),
    st.sampled_from([b"", b'"', b",", b"\n", b"\r", b"\0", b"\xff", b";", b"\x81", b"=", b"\x0b"]),
)
def test_a_csv_file_damaged_at_one_place_is_told(at: int, damage: bytes) -> None:
    good = HEADER + ROW + ROW.replace(b"F1", b"F2") + ROW.replace(b"F1", b"F3")
    assert_told("funds.csv", good[:at] + damage + good[at + 1 :])


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["xlsx", "parquet"]), st.floats(0, 1), st.sampled_from([1, 8, 400]), st.binary(max_size=8))
def test_a_workbook_or_parquet_file_damaged_at_one_place_is_told(
    form: str, where: float, many: int, damage: bytes
) -> None:
    with TemporaryDirectory() as folder:
        good = (write(Path(folder), {"funds": rows()["funds"]}, form) / f"funds.{form}").read_bytes()
    # a workbook holds the time it was made, so its length is not for the strategies to know
    at = int(where * (len(good) - 1))
    assert_told(f"funds.{form}", good[:at] + damage + good[at + many :])
