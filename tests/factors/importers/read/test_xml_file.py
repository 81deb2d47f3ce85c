from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers.read import tree

BOMB = '<!DOCTYPE a [<!ENTITY b "{}">]><a>&b;</a>'.format("x" * 10)


def test_a_document_without_a_type_is_read(tmp_path):
    assert tree(tmp_path, b"<a><b>1</b></a>").find("b").text == "1"


@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_encoding(tmp_path, code):
    with pytest.raises(TanluError) as raised:
        tree(tmp_path, BOMB.encode(code))

    assert raised.value.code == "TL220"
    assert "document type" in str(raised.value)


def test_a_document_that_is_too_deep_is_refused(tmp_path):
    with pytest.raises(TanluError) as raised:
        tree(tmp_path, b"<a>" * 100 + b"</a>" * 100)

    assert raised.value.code == "TL221"


def test_what_is_no_xml_is_told(tmp_path):
    with pytest.raises(TanluError) as raised:
        tree(tmp_path, b"<a>")

    assert raised.value.code == "TL220"
