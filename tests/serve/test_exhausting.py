"""Who sends what costs much more to read than to send gets an answer with a code, soon."""

from __future__ import annotations

import asyncio
import io
import json
import time
import zipfile

import httpx
import polars as pl
import pytest

from tests.serving import HOOK, program, whole

DEEP = 100_000
ANSWER_S = 10.0
JSON = "application/json"
CLOUD = "application/cloudevents+json"
# what takes JSON, each in its own way
TAKERS = (
    ("/v1/hooks", JSON), ("/v1/jobs", JSON), ("/v1/estimates", JSON), ("/v1/activities", JSON),
    ("/v1/activities", "application/x-ndjson"), ("/epcis/capture", JSON), ("/epcis/events", JSON),
    ("/epcis/queries", JSON), ("/2/events", CLOUD), ("/3/events", CLOUD), ("/v1/clients", JSON),
)  # fmt: skip
SHAPES = {
    "lists": b"[" * DEEP + b"]" * DEEP,
    "objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "open": b"[" * DEEP,
    "digits": b'{"a":' + b"9" * DEEP + b"}",
    "exponent": b'{"a":1e' + b"9" * 400 + b"}",
    "names": b"{" + b",".join(b'"%d":1' % n for n in range(DEEP)) + b"}",
    "surrogate": b'{"a":"\\ud800"}',
    "zero": b'{"a":"\\u0000"}',
    "utf-7": b"\xff\xfe{\x00",
}  # fmt: skip


@pytest.fixture(scope="module")
def boss(network_books, tmp_path_factory):
    """A manager's program before the whole application."""
    from tests.serving import home

    made = home(network_books, tmp_path_factory.mktemp("exhausting"))
    yield program(whole(made), "manager")
    made.close()


def _refused(answer, since):
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:300])
    assert answer.json()["code"], answer.text[:300]
    assert time.process_time() - since < ANSWER_S


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("path", "media"), TAKERS)
def test_json_of_any_shape_is_told_to_be_wrong(boss, path, media, shape):
    since = time.process_time()
    answer = boss.post(path, content=SHAPES[shape], headers={"content-type": media})
    _refused(answer, since)


@pytest.mark.parametrize(
    "path",
    ["/v1/activities", "/v1/shipments", "/3/footprints", "/2/footprints",
     "/2/ileap/tad", "/epcis/events", "/v1/why", "/v1/totals"],
)  # fmt: skip
def test_a_hundred_thousand_parameters_are_too_many(boss, path):
    for query in (b"&".join(b"a%d=1" % n for n in range(DEEP)), b"a=1&" * DEEP):
        since = time.process_time()
        _refused(_asked(boss, path, query), since)


def _asked(boss, path, query):
    """Ask as a server does, whose addresses may be longer than a client writes them."""
    headers = [(name.encode(), boss.headers[name].encode()) for name in ("authorization",)]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": query,
        "root_path": "", "headers": [(b"host", b"127.0.0.1:7391"), *headers],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 7391), "state": {},
    }  # fmt: skip
    told, parts = [], []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        told.append(message.get("status"))
        parts.append(message.get("body", b""))

    asyncio.run(boss.app(scope, receive, send))
    return httpx.Response(told[0], content=b"".join(parts))


def _workbook(sheet, *, said=None):
    """A workbook with one sheet; ``said`` is the size that it tells of that."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", (
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            f'xmlns:r="{kind}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
        ))  # fmt: skip
        packed.writestr("xl/_rels/workbook.xml.rels", (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{kind}/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>"
        ))  # fmt: skip
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file:
            for piece in sheet:
                file.write(piece)
    raw = held.getvalue()
    if said is None:
        return raw
    with zipfile.ZipFile(held) as packed:
        real = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    return raw.replace(real.to_bytes(4, "little"), said.to_bytes(4, "little"))


HUGE = 1100 << 20
MIB = b" " * (1 << 20)


def _sheet(size):
    yield b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    for _ in range(size >> 20):
        yield MIB
    yield b"</sheetData></worksheet>"


@pytest.mark.slow
@pytest.mark.parametrize("said", [None, 1000])
def test_a_workbook_that_unpacks_to_a_gigabyte_is_refused(boss, said):
    raw = _workbook(_sheet(HUGE), said=said)
    assert len(raw) < 4 << 20
    since = time.process_time()
    headers = {"content-type": "application/octet-stream"}
    _refused(boss.post("/v1/uploads?name=a.xlsx", content=raw, headers=headers), since)


def test_arrow_with_an_absurd_schema_is_refused(boss):
    headers = {"content-type": "application/vnd.apache.arrow.stream"}
    wide, held = pl.DataFrame({f"c{n}": [1] for n in range(20_000)}), io.BytesIO()
    wide.write_ipc_stream(held)
    nested, deep = io.BytesIO(), pl.DataFrame({"a": [1]})
    for _ in range(200):
        deep = deep.select(pl.struct("a").alias("a"))
    deep.write_ipc_stream(nested)
    lying = bytearray(held.getvalue()[:4096])
    lying[4:8] = (2**31 - 1).to_bytes(4, "little")
    for raw in (held.getvalue(), nested.getvalue(), bytes(lying), b"\xff\xff\xff\xff" * 1000, b""):
        since = time.process_time()
        _refused(boss.post("/v1/activities", content=raw, headers=headers), since)


def test_a_long_body_where_a_short_one_is_wanted_is_refused(boss):
    body = json.dumps({**HOOK, "note": "x" * (8 << 20)})
    answer = boss.post("/v1/hooks", content=body, headers={"content-type": JSON})
    assert answer.status_code == 413
    assert answer.json()["code"] == "TL467"
