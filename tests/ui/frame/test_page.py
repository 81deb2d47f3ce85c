from __future__ import annotations

import json

import pytest

from tanlu.serve.api import PUBLIC
from tanlu.ui.frame.page import Shown, View, address, told

pytestmark = pytest.mark.reads


@pytest.mark.parametrize(
    ("path", "fields", "wanted"),
    [
        ("/shipments", {}, "/zh/shipments"),
        ("/shipments/{shipment}", {"shipment": "TL/1 ?"}, "/zh/shipments/TL%2F1%20%3F"),
        ("/a", {"q": "雀巢", "page": 2, "mode": ""}, "/zh/a?q=%E9%9B%80%E5%B7%A2&page=2"),
        ("/proof/{code:path}", {"code": "a b", "full": 1}, "/zh/proof/a%20b?full=1"),
    ],
)  # fmt: skip
def test_an_address_has_its_parameters_in_the_path_and_the_others_behind(
    path: str, fields: dict[str, object], wanted: str
) -> None:
    assert address(path, "zh", fields) == wanted


def test_the_room_of_a_view_is_the_first_part_of_its_name() -> None:
    view = View("shipments.one", "/shipments/{shipment}", lambda _context: Shown(""))

    assert view.room == "shipments"
    assert not view.public
    assert View("label", "/p/{code}", lambda _context: Shown(""), roles=(PUBLIC,)).public


def test_what_is_told_to_the_person_is_plain_ascii_in_a_header() -> None:
    header = told("已保存")["HX-Trigger"]

    assert header.isascii()
    assert json.loads(header) == {"tanlu:toast": {"words": "已保存", "kind": "good"}}
