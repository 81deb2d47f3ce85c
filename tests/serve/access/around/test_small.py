"""How much may be sent to come in."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.access.around.small import MOST_BYTES
from tests.serving import HERE, browser

LONG = b"a" * (MOST_BYTES + 1)


@pytest.mark.parametrize("path", ["/auth/login", "/auth/token", "/v1/me/password", "/v1/clients"])
@pytest.mark.parametrize("media", ["application/json", "application/x-www-form-urlencoded"])
def test_nobody_fills_the_memory_with_a_login(app, path, media):
    outside = TestClient(app, base_url=HERE)
    sent = (LONG[start : start + 1000] for start in range(0, len(LONG) + 1000, 1000))
    told = outside.post(path, content=sent, headers={"content-type": media})
    assert (told.status_code, told.json()["code"]) == (413, "TL486")


def test_what_is_small_passes_whole_and_elsewhere_nothing_is_counted(app):
    sitting = browser(app)
    pieces = (each for each in (b'{"role":', b'"viewer"}'))
    headers = {"content-type": "application/json"}
    assert sitting.post("/v1/invitations", content=pieces, headers=headers).status_code == 201
    assert TestClient(app, base_url=HERE).post("/v1/other", content=LONG).status_code == 404
