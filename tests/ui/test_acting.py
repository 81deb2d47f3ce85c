"""Forms of pages: one act a form, by persons alone, and what was typed is not lost."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.api import Principal
from tanlu.ui.acting import acted, sent
from tanlu.ui.frame.page import Moved


class _Context:
    """As much of a context as an act needs."""

    language = "en"

    def __init__(self, form=None, kind="person", query=""):
        self.form, self._query = form, query
        self.principal = Principal("p", "home", "manager", kind)
        self.request = type("R", (), {"method": "GET" if form is None else "POST"})

    def query(self, _name):
        return self._query

    class words:  # noqa: N801 - it stands for an instance
        @staticmethod
        def maybe(_group, value):
            return {"changed": "It was changed."}.get(value, value)


def test_a_page_that_is_read_does_nothing():
    assert acted(_Context(), {"x": lambda _c: pytest.fail("it was done")}).status == 200


def test_what_was_done_is_said_and_nothing_that_the_address_makes_up():
    assert acted(_Context(query="changed"), {}).model["done"] == "It was changed."
    assert acted(_Context(query="<b>"), {}).model["done"] == ""


def test_an_act_leads_on_or_gives_what_is_shown_once():
    acts = {"go": lambda _c: Moved("/x"), "make": lambda _c: {"made": "secret"}}
    assert acted(_Context({"act": "go"}), acts).moved.href == "/x"
    made = acted(_Context({"act": "make"}), acts)
    assert made.headers == {"Cache-Control": "no-store"}


def test_what_was_wrong_is_said_and_what_was_typed_is_kept_but_no_password():
    def wrong(_context):
        raise TanluError("TL484", value="y")

    found = acted(_Context({"act": "x", "name": "n", "old": "p", "new": "q"}), {"x": wrong})
    assert found.status == 404
    assert "TL484" in found.model["wrong"]
    assert found.model["was"] == {"act": "x", "name": "n"}


@pytest.mark.parametrize("kind", ["client", "device"])
def test_a_program_acts_by_no_page(kind):
    found = acted(_Context({"act": "x"}, kind), {"x": lambda _c: pytest.fail("it was done")})
    assert found.status == 403


def test_an_act_that_there_is_not_is_refused():
    assert acted(_Context({"act": "none"}), {}).status == 422


def test_a_field_that_is_too_long_is_refused():
    with pytest.raises(TanluError, match="TL486"):
        sent(_Context({"name": "x" * 3000}), "name")
