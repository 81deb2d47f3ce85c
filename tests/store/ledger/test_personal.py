from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.store.ledger import personal
from tests.store.activities import activities

PERSONS = pl.DataFrame({"pseudonym": ["p:1"], "field": ["phone"], "value": ["13800000000"]})


@pytest.fixture
def filled(workspace):
    workspace.append("activity", activities(1), personal=PERSONS)
    return workspace


def test_personal_values_lie_apart_and_closed(filled) -> None:
    (entry,) = filled.parts("personal")

    assert (entry.file, entry.personal) == ("personal/00000001.parquet", True)
    assert (filled.path / entry.file).stat().st_mode & 0o777 == 0o600
    assert (filled.path / "personal").stat().st_mode & 0o777 == 0o700
    assert entry.ranges == {}
    assert filled.scan("personal").collect()["value"].to_list() == ["13800000000"]


def test_the_same_values_never_have_the_same_hash_or_root(filled) -> None:
    filled.append("activity", activities(1, first=1), personal=PERSONS)
    first, second = filled.parts("personal")

    assert first.sha256 != second.sha256
    assert first.root != second.root


def test_retiring_erases_values_and_key_and_keeps_the_root(filled, result) -> None:
    (entry,) = filled.parts("personal")
    filled.retire(entry.file, reason="asked by the person")

    assert not (filled.path / entry.file).exists()
    assert personal.key_of(filled.path, entry.file) is None
    assert [entry] == filled.manifest.parts("personal")
    assert filled.parts("personal") == []
    assert result(filled.check())["findings"] == []
    assert filled.scan("personal").collect().height == 0
    assert filled.log("retire")[0]["reason"] == "asked by the person"


def test_an_original_is_erased_with_a_reason(filled, tmp_path, result) -> None:
    file = tmp_path / "drivers.csv"
    file.write_text("driver\n王伟\n")
    name = f"originals/{filled.originals.put(file)}"
    assert name in filled.erasable()
    filled.retire(name, reason="asked by the person")

    assert not (filled.path / name).exists()
    assert result(filled.check())["findings"] == []
    assert name not in filled.erasable()


def test_what_can_be_erased_is_listed_with_what_it_is_of(filled) -> None:
    (entry,) = filled.parts("personal")

    assert filled.erasable()[entry.file] == f"version {entry.version}"


def test_only_what_is_personal_can_be_retired(filled) -> None:
    with pytest.raises(TanluError, match="TL608"):
        filled.retire(filled.parts("activity")[0].file, reason="no")


def test_a_pseudonym_is_stable_here_and_different_elsewhere() -> None:
    texts = pl.Series("plate", ["沪A1", None, "沪A2", "沪A1"])
    here, there = personal.pseudonyms(texts, b"k" * 32), personal.pseudonyms(texts, b"l" * 32)

    assert here[0] == here[3] != here[2]
    assert here[1] is None
    assert here[0] != there[0]
    assert "沪A1" not in here[0]
