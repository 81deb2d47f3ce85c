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

    assert ("personal/00000001.parquet", True) == (entry.file, entry.personal)
    assert 0o600 == (filled.path / entry.file).stat().st_mode & 0o777
    assert 0o700 == (filled.path / "personal").stat().st_mode & 0o777
    assert {} == entry.ranges
    assert ["13800000000"] == filled.scan("personal").collect()["value"].to_list()


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
    assert [entry] == filled.parts("personal")
    assert [] == result(filled.check())["findings"]
    assert 0 == filled.scan("personal").collect().height
    assert "asked by the person" == filled.log("retire")[0]["reason"]


def test_only_personal_parts_can_be_retired(filled) -> None:
    with pytest.raises(TanluError, match="TL608"):
        filled.retire(filled.parts("activity")[0].file, reason="no")


def test_a_pseudonym_is_stable_here_and_different_elsewhere() -> None:
    texts = pl.Series("plate", ["沪A1", None, "沪A2", "沪A1"])
    here, there = personal.pseudonyms(texts, b"k" * 32), personal.pseudonyms(texts, b"l" * 32)

    assert here[0] == here[3] != here[2]
    assert here[1] is None
    assert here[0] != there[0]
    assert "沪A1" not in here[0]
