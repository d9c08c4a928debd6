"""Whatever a browser or an attacker sends as a file is told what is wrong with it, and takes nothing from the service."""

import io
import re
import zipfile
from typing import Any

import httpx
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.api.web.conftest import Service
from tests.api.web.test_uploads import GOOD, HEADER, PLACE, book, own, sent


def bomb() -> bytes:
    """A workbook of some hundred kilobytes that unpacks to more than half a gigabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(600):
                sheet.write(b" " * (1 << 20))
    return out.getvalue()


def endless_sheet() -> bytes:
    """A workbook of some kilobytes whose second row says that it is the two thousand millionth."""
    given, out = book([["kind", "serves"], ["bathing", PLACE]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(given)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb'<row r="2"', b'<row r="2000000000"', old.read(name)))
    return out.getvalue()


def one_text(rows: int, characters: int) -> bytes:
    """A Parquet file of one to two kilobytes in which one text stands in every row."""
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * characters]))
    out = io.BytesIO()
    pq.write_table(pa.table({"kind": texts, "serves": texts}), out)
    return out.getvalue()


HOSTILE: dict[str, tuple[str, bytes]] = {
    "zip bomb": ("offers.xlsx", bomb()),
    "no table": ("offers.exe", b"MZ"),
    "no name": (".csv", GOOD.encode()),
    "empty": ("offers.csv", b""),
    "binary": ("offers.csv", bytes(range(256)) * 40),
    "UTF-16": ("offers.csv", GOOD.encode("utf-16")),
    "neither UTF-8 nor GB18030": ("offers.csv", HEADER.encode() + b"\xff\xff\xff\n"),
    "a picture called XLSX": ("offers.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "cut off": ("offers.xlsx", book([["kind", "serves"], ["bathing", PLACE]])[:-200]),
    "no rows": ("offers.csv", HEADER.encode()),
    "a million blank lines": ("offers.csv", HEADER.encode() + b"\n" * 1_000_000),
    "one endless line": ("offers.csv", b"kind," + b"x" * 3_000_000),
    "a quote that never ends": ("offers.csv", HEADER.encode() + b'"bathing,7\n' * 1000),
    "no parquet": ("offers.parquet", b"PAR1" + bytes(50) + b"PAR1"),
    "an endless sheet": ("offers.xlsx", endless_sheet()),
    "a gigabyte of one text": ("offers.parquet", one_text(200_000, 5_000)),
    "many cells of one long text": ("offers.parquet", one_text(1_000, 200_000)),
    "two million short lines": ("offers.csv", b"offer,kind,serves\n" + b"a,b,c\n" * 2_000_000),
    "formulas": ("offers.csv", f"kind,capacity,serves\n\"=cmd|' /C calc'!A0\",1,{PLACE}\n".encode()),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_whatever_is_sent_is_told_and_never_a_fault_of_the_service(service: Service, case: str) -> None:
    with service.client("kind") as client:
        before = own(client)
        answer = sent(client, HOSTILE[case])
        assert answer.status_code in {201, 422}, answer.text
        if answer.status_code == 201:
            assert answer.json()["totals"]["error"], answer.json()
            page = client.get(f"/uploads/{answer.json()['upload']}")
            assert page.status_code == 200
        assert own(client) == before


def test_formulas_come_back_as_text(service: Service) -> None:
    with service.client("kind") as client:
        path = sent(client, HOSTILE["formulas"]).headers["location"]
        content = client.get(f"{path}/corrected/offers.csv").content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_what_is_too_large_is_refused_before_it_is_kept(service: Service) -> None:
    def endless() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="offers.csv"\r\n\r\n'
        for _ in range(200):
            yield b"x" * (1 << 20)

    with service.client("kind") as client:
        kind = {"content-type": "multipart/form-data; boundary=b"}
        try:
            answer = client.post("/api/v1/uploads", content=endless(), headers=kind)
            assert (answer.status_code, answer.json()["code"]) == (413, "http_413")
        except (httpx.WriteError, httpx.RemoteProtocolError):
            pass  # the service closed the line while it was still sent
        plain = client.post("/api/v1/offers", json={"kind": "x" * (2 << 20)})
        assert plain.status_code == 413
        assert client.get("/api/v1/me").status_code == 200
