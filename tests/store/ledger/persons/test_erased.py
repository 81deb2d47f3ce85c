from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.store.ledger.persons import erased
from tests.store.activities import activities

PERSONS = pl.DataFrame({"pseudonym": ["p:1"], "field": ["phone"], "value": ["1"]})


@pytest.fixture
def sealed(workspace, result):
    workspace.append("activity", activities(70), personal=PERSONS)
    result(workspace.seal())
    return workspace


def _line(sealed, **more):
    return {"kind": "retire", "file": "keys/salts-activity-00000001.cbor", **more}


def test_whole_files_are_told_from_pieces_of_them(sealed) -> None:
    sealed.retire("personal/00000001.parquet", reason="asked")
    sealed.manifest.append({"kind": "retire", "at": 1, "file": "keys/pseudonyms", "pseudonym": "p"})

    assert sealed.manifest.retired == {"personal/00000001.parquet"}


def test_leaves_are_erased_once_and_twice(sealed) -> None:
    line = _line(sealed, part="parts/activity/00000001.parquet", leaves=[3, 260])
    assert erased.left(sealed.path, sealed.manifest, line)
    erased.erase(sealed.path, sealed.manifest, line)
    kept = (sealed.path / line["file"]).read_bytes()
    erased.erase(sealed.path, sealed.manifest, line)

    assert not erased.left(sealed.path, sealed.manifest, line)
    assert (sealed.path / line["file"]).read_bytes() == kept


def test_salts_that_are_gone_as_a_file_are_damage(sealed) -> None:
    line = _line(sealed, part="parts/activity/00000001.parquet", leaves=[3])
    (sealed.path / line["file"]).unlink()

    with pytest.raises(TanluError, match="TL603"):
        erased.left(sealed.path, sealed.manifest, line)


def test_only_persons_and_originals_may_go_as_a_whole(sealed) -> None:
    assert list(erased.erasable(sealed.path, sealed.manifest, sealed.originals)) == [
        "personal/00000001.parquet"
    ]
