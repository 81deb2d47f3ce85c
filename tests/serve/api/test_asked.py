"""What a route gets."""

from __future__ import annotations

import pytest
from fastapi import Request

from tanlu.errors import TanluError
from tanlu.serve.api import Asked
from tanlu.serve.api.asked import language


def _request(path="/", query=b"", **headers):
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "path": path, "query_string": query, "headers": told,
                    "method": "GET", "server": ("127.0.0.1", 80), "scheme": "http"})  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "spoken"),
    [
        (_request("/zh/shipments", accept_language="en"), "zh"),
        (_request("/x", b"lang=zh", accept_language="en"), "zh"),
        (_request("/x", cookie="lang=zh", accept_language="en"), "zh"),
        (_request("/x", accept_language="zh-CN,zh;q=0.9"), "zh"),
        (_request("/x", b"lang=fr", accept_language="fr"), "en"),
        (_request("/x"), "en"),
    ],
)
def test_path_query_cookie_and_header_decide_the_language_in_this_order(request_, spoken):
    assert language(request_) == spoken


def test_the_public_has_no_organisation():
    with pytest.raises(TanluError, match="TL470"):
        Asked(_request(), None, None).tenant  # noqa: B018
