from __future__ import annotations

import pytest


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_a_setting_leads_back_to_this_site_only(asking, target: str) -> None:
    answer = asking(None).post(
        "/settings", data={"theme": "dark", "next": target}, follow_redirects=False
    )

    assert answer.headers["location"] == "/"


def test_theme_and_tongue_are_kept(asking) -> None:
    client = asking()
    client.post("/settings", data={"theme": "dark", "next": "/zh/dev/kit"})
    client.post("/settings", data={"lang": "en", "next": "/dev/kit"})
    page = client.get("/dev/kit")

    assert page.url.path == "/en/dev/kit"
    assert 'lang="en" data-theme="dark"' in page.text


def test_a_setting_from_another_site_is_refused(asking) -> None:
    answer = asking(None).post(
        "/settings", data={"theme": "dark"}, headers={"sec-fetch-site": "cross-site"}
    )

    assert answer.status_code == 403


def test_a_setting_is_small(asking) -> None:
    assert asking(None).post("/settings", content=b"x" * 5000).status_code == 413


def test_an_unknown_setting_is_not_kept(asking) -> None:
    answer = asking(None).post("/settings", data={"theme": "neon"}, follow_redirects=False)

    assert "set-cookie" not in answer.headers


def test_a_setting_of_somebody_with_a_session_is_kept_in_the_whole_application(home) -> None:
    from tests.serving import browser, whole

    client = browser(whole(home))
    del client.headers["x-csrf-token"]
    answer = client.post(
        "/settings", data={"theme": "dark", "next": "/en/"}, follow_redirects=False
    )

    assert answer.status_code == 303
    assert "theme=dark" in answer.headers["set-cookie"]


def test_a_page_holds_the_token_of_its_session(home) -> None:
    from tests.serving import browser, whole

    client = browser(whole(home))

    assert f'"X-CSRF-Token":"{client.headers["x-csrf-token"]}"' in client.get("/en/dev/kit").text
