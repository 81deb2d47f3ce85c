from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.factors import importers

NAMES = {
    "desnz", "epa", "mee", "ember", "oefdb", "glec", "ileap", "pact", "ilcd", "olca", "template",
}  # fmt: skip


def test_all_kinds_of_files_are_told_in_both_tongues():
    assert {each.name for each in importers.sources()} == NAMES
    assert all(each.en and each.zh and each.formats for each in importers.sources())


def test_only_notices_in_pdf_need_an_extra():
    assert {each.name: each.extra for each in importers.sources() if each.extra} == {
        "mee": "factors"
    }


def test_an_unknown_kind_tells_the_nearest():
    with pytest.raises(TanluError) as raised:
        importers.load("desn", "a.xlsx")

    assert raised.value.code == "TL222"
    assert "desnz" in str(raised.value)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_file_of_another_kind_is_refused_by_each(tmp_path, name):
    path = tmp_path / "a.bin"
    path.write_bytes(b"\x00\x01not this, not that\n")

    with pytest.raises(TanluError) as raised:
        importers.load(name, path)

    assert raised.value.code in {"TL220", "TL221"}
    assert raised.value.say("zh") != raised.value.say("en")
