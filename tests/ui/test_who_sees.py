"""No page shows somebody what the interface keeps from him."""

from __future__ import annotations

import pytest

from tanlu.serve.api import permissions
from tests.serving import whole

pytestmark = pytest.mark.reads

# what tells nothing of the ledger: who one is, and how words and tables are called
OPEN = {"/auth/logout", "/v1/me", "/v1/me/organisation", "/v1/me/join", "/v1/me/password",
        "/v1/schemas", "/v1/schemas/{table}", "/v1/glossary", "/v1/kinds"}  # fmt: skip


@pytest.mark.parametrize("page", ["/en/totals", "/en/shipments", "/zh/calculation/{subject:path}"])
def test_who_may_not_read_the_ledger_reads_no_page_of_it(home, page):
    roles = {path: roles for _, path, roles, _ in permissions(whole(home))}
    assert set(roles[page]) == set(roles["/v1/shipments"])
    assert not {"supplier", "device"} & set(roles[page])


def test_a_supplier_is_led_from_the_first_page_to_his_own(asking):
    answer = asking("supplier").get("/zh/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/zh/supplier")


def test_a_key_that_is_narrowed_opens_no_route_that_tells_no_scope(home):
    bare = {
        path
        for method, path, roles, scope in permissions(whole(home))
        if scope is None and "public" not in roles and method != "OPTIONS"
    }
    assert bare <= OPEN
