"""A manifest has one spelling and exactly the members of the format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.verify.offline.making import canonical as written
from tests.verify.offline.making import honest

from tanlu.errors import TanluError
from tanlu.verify.offline.manifest import Manifest, canonical, role


@pytest.fixture(scope="module")
def about(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    place: Path = tmp_path_factory.mktemp("ledger")
    found: dict[str, Any] = json.loads(honest(place).seal()["manifest.json"])
    return found


def refused(data: bytes) -> str:
    with pytest.raises(TanluError) as caught:
        Manifest.parse(data)
    return caught.value.code


def test_a_manifest_is_read(about: dict[str, Any]) -> None:
    made = Manifest.parse(written(about))

    assert (made.code_version, len(made.parts), len(made.files)) == (
        about["code_version"], len(about["parts"]), len(about["files"]),
    )  # fmt: skip
    part = next(iter(made.parts.values()))
    assert (part.name, part.version) == ("activity-00000001", 1)


@pytest.mark.parametrize("member", ["ledger", "period", "calc", "files", "totals", "parts"])
def test_a_missing_or_an_unknown_member_is_refused(about: dict[str, Any], member: str) -> None:
    less = {name: value for name, value in about.items() if name != member}

    assert refused(written(less)) == "TL709"
    assert refused(written({**about, f"{member}2": 1})) == "TL709"


def test_an_unknown_version_or_type_cannot_be_decided(about: dict[str, Any]) -> None:
    for other in ({"v": 2}, {"type": "tanlu/pack/v2"}, {"v": True}):
        assert refused(written({**about, **other})) == "TL707"


def test_lists_stand_in_order_and_nothing_twice(about: dict[str, Any]) -> None:
    for name in ("files", "totals", "parts"):
        for wrong in (about[name][::-1], [about[name][0], *about[name]]):
            assert refused(written({**about, name: wrong})) == "TL709"


def test_a_file_has_the_role_of_its_path(about: dict[str, Any]) -> None:
    wrong = [{**about["files"][0], "role": "doc"}, *about["files"][1:]]

    assert refused(written({**about, "files": wrong})) == "TL709"
    assert [role(path) for path in ("docs/a.pdf", "docs", "ledger/personal/00000001.parquet")] == [
        "doc", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"[1.0]", b"[1e3]", b"[-0]", b"[NaN]", b"",
     b'["\\u0061"]', b'["\\ud800"]', b"[01]", b"\xff", b'"a"\n', b"\xef\xbb\xbf[]",
     b"[9007199254740992]"],
)  # fmt: skip
def test_any_other_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(TanluError, match="TL708"):
        canonical(data, "x", 10**6)


def test_depth_and_size_have_limits() -> None:
    for data in (b"[" * 17 + b"]" * 17, b" " * 11):
        with pytest.raises(TanluError, match="TL706"):
            canonical(data, "x", 40 if data[:1] == b"[" else 10)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner)
    | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_what_is_written_canonically_is_read_back(value: Any) -> None:
    import rfc8785

    assert canonical(rfc8785.dumps(value), "x", 10**6) == value
