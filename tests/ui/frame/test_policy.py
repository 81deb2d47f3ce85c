from __future__ import annotations

from tanlu.ui.frame.policy import headers


def test_no_page_may_run_or_style_what_is_written_into_it() -> None:
    policy = headers()["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_only_a_page_that_says_by_whom_may_be_framed() -> None:
    widget = headers("https://shop.example")

    assert "frame-ancestors https://shop.example" in widget["Content-Security-Policy"]
    assert "X-Frame-Options" not in widget
    assert headers()["X-Frame-Options"] == "DENY"


def test_a_page_of_a_person_is_kept_by_nobody_between() -> None:
    assert headers()["Cache-Control"] == "private, no-cache"
    assert headers(private=False)["Cache-Control"].startswith("public")
