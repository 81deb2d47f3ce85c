"""A mode has one colour wherever it is shown."""

from __future__ import annotations

import pytest

from tanlu.report.svg import Canvas, tokens
from tanlu.report.tracing.paints import badge, paint
from tanlu.terms import kinds


@pytest.mark.parametrize(
    ("kind", "name"),
    [("transport.sea", "sea"), ("hub.parcel", "hub"), ("packaging.box", "ropeway"), ("x", "c0")],
)
def test_kinds_have_the_colour_of_their_role(kind: str, name: str) -> None:
    assert paint(kind) == f"var(--{name})"


def test_every_kind_has_a_colour_that_there_is() -> None:
    absent = [
        kind for kind in kinds.kinds()
        if kind != "transport" and f"--{paint(kind)[6:-1]}:" not in tokens()
    ]  # fmt: skip

    assert absent == []


def test_a_badge_shows_the_number() -> None:
    canvas = Canvas("x", 100)
    badge(canvas, 1, 2, {"number": 12, "kind": "transport.sea"}, 8)

    assert ">12</text>" in canvas.pieces[0]
