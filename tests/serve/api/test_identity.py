"""Who asks."""

from __future__ import annotations

from tanlu.serve.api import PUBLIC, ROLES, Refused
from tanlu.serve.api.identity import nobody


def test_a_server_that_knows_nobody_knows_nobody():
    assert nobody(None) == Refused("absent")


def test_the_public_is_no_role():
    assert PUBLIC not in ROLES
