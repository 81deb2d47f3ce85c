from __future__ import annotations

import zipfile

import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers.read import document, documents


def written(path, text):
    """Write a file."""
    path.write_text(text, encoding="utf-8")
    return path


def test_numbers_stay_the_text_that_was_written(tmp_path):
    assert document(written(tmp_path / "a.json", '{"a": 0.5500, "b": 3}')) == {
        "a": "0.5500",
        "b": "3",
    }


@pytest.mark.parametrize("text", ["[" * 100 + "]" * 100, '{"a":' * 90 + "1" + "}" * 90])
def test_a_document_that_is_too_deep_is_refused(tmp_path, text):
    with pytest.raises(TanluError) as raised:
        document(written(tmp_path / "a.json", text))

    assert raised.value.code == "TL221"


def test_brackets_in_words_are_not_depth(tmp_path):
    assert document(written(tmp_path / "a.json", '{"a": "' + "[" * 200 + '"}')) == {"a": "[" * 200}


@pytest.mark.parametrize("text", ["{", "NaN", '{"a": Infinity}', "\x00"])
def test_what_is_no_json_is_told(tmp_path, text):
    with pytest.raises(TanluError) as raised:
        document(written(tmp_path / "a.json", text))

    assert raised.value.code == "TL220"


def test_the_documents_of_an_archive_are_given_by_name(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("processes/a.json", "{}")
        made.writestr("readme.txt", "x")

    assert [("processes/a.json", {})] == list(documents(path))
