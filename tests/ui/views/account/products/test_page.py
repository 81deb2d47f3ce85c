"""The products of a ledger."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.reads


def test_what_is_another_organisations_is_not_found(asking, largest):
    assert asking(tenant="other").get(f"/en/products/{largest}").status_code == 404
    assert asking(tenant="other").get("/zh/products").status_code == 200
    assert asking().get("/en/products/pact/x").status_code == 404
