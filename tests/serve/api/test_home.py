"""The organisations of a server."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.api import Home
from tanlu.store import open_workspace


def test_a_home_is_found_again_with_its_organisations(tmp_path):
    open_workspace(tmp_path / "books", create=True)
    first = Home(tmp_path / "books")
    first.found("acme", "Acme", "阿克米")
    first.close()
    again = Home(tmp_path / "books")
    assert [row["slug"] for row in again.organisations()] == ["acme", "home"]
    assert again.workspace("acme").path.is_relative_to(tmp_path / "books" / "serve" / "tenants")
    assert again.workspace("home") is again.workspace("home")
    again.close()


def test_a_home_without_a_ledger_is_refused(tmp_path):
    with pytest.raises(TanluError, match="TL601"):
        Home(tmp_path / "none")


def test_the_ledger_of_an_organisation_holds_what_is_its_own(home):
    rows = home.workspace("home").scan("emission").collect()
    assert rows.height > 100
    assert home.workspace("other").scan("emission").collect().height == 0
