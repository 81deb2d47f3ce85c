"""A parameter that a route does not know is told."""

from __future__ import annotations


def test_a_slip_in_a_parameter_is_told_and_not_passed_over(asked):
    assert asked.get("/v1/emissions?profil=iso14083").json()["code"] == "TL486"
    assert asked.get("/v1/emissions?limit=1&limit=2").status_code == 422
    assert asked.get("/v1/emissions?limit=1001").status_code == 422
    assert asked.get("/v1/emissions?columns=co2e").status_code == 422
