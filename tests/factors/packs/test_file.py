"""A pack goes through a file and comes back the same; what is no pack is refused."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.factors.packs import file, packed, unpacked
from tests.factors.packs.own import own

TABLES = (
    b'{"format":"tanlu-pack/1","pack":%s,"tables":'
    b'{"source":[],"factor":[],"vehicles":[],"fuels":[]}}'
)


def test_every_built_in_pack_comes_back_from_its_file_with_its_hash() -> None:
    for pack in library().packs:
        again = unpacked(packed(pack), pack.name)

        assert again.hash == pack.hash
        assert again.licence == pack.licence


def test_the_same_pack_has_the_same_bytes() -> None:
    assert packed(own()) == packed(own())
    assert packed(own()) != packed(own({"co2_fossil": "0.6"}))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"hello", b"\x1f\x8bnot gzip", b"[]", b"{}", b'{"format":"tanlu-pack/1"}',
        b'{"format":"tanlu-pack/1","pack":{},"tables":{}}',
        TABLES % b'{"pack_id":1}',
        (TABLES % b"{}").replace(b'"factor":[]', b'"factor":"x"'),
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_pack_is_refused_with_the_reason(content: bytes) -> None:
    with pytest.raises(TanluError) as raised:
        unpacked(content, "x.tanlupack")

    assert raised.value.code == "TL205"


def test_a_file_that_swells_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "LARGEST_BYTES", 1000)
    with pytest.raises(TanluError) as raised:
        unpacked(gzip.compress(b" " * 10_000_000), "bomb")

    assert raised.value.code == "TL205"


def test_a_row_that_breaks_a_rule_is_refused_when_the_file_is_read() -> None:
    content = json.loads(gzip.decompress(packed(own())))
    content["tables"]["factor"][0]["source_id"] = "nobody"
    with pytest.raises(TanluError) as raised:
        unpacked(json.dumps(content).encode(), "x")

    assert raised.value.code == "TL202"


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_file_is_refused_or_read_and_never_a_traceback(place: int, byte: int) -> None:
    content = bytearray(packed(own()))
    content[place % len(content)] = byte
    try:
        code = unpacked(bytes(content), "x").hash[:0]
    except TanluError as error:
        code = error.code

    assert code in {"", "TL202", "TL205"}
