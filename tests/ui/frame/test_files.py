from __future__ import annotations

import json

from tanlu.report.svg import tokens
from tanlu.terms import Chart
from tanlu.ui.frame import files
from tanlu.ui.frame.files import built, themed


def test_both_themes_are_the_colours_of_the_reports() -> None:
    css = themed(tokens())

    assert css.count("--paper:#F4F6F5") == 2  # light, and print in any theme
    assert css.count("--paper:#0B1114") == 2  # as the system asks, and as the person chose
    assert ":root[data-theme=dark]" in css


def test_built_files_are_packed_and_never_change(asking) -> None:
    found = built()
    assert found is not None
    answer = asking(None).get(found.href("frame.js"), headers={"accept-encoding": "gzip, br"})

    assert answer.headers["content-encoding"] == "br"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


def test_a_browser_without_brotli_gets_the_plain_file(asking) -> None:
    found = built()
    assert found is not None
    answer = asking(None).get(found.href("frame.css"), headers={"accept-encoding": "gzip"})

    assert "content-encoding" not in answer.headers
    assert answer.content == found.files[found.names["frame.css"]]


def test_what_is_no_built_file_is_not_found(asking) -> None:
    client = asking(None)

    for name in ("manifest.json", "nothing.js", "..%2fpyproject.toml", "frame.js.br"):
        assert client.get(f"/static/{name}").status_code == 404


def test_the_licences_of_others_are_beside_their_work() -> None:
    found = built()
    assert found is not None
    text = found.files["THIRD-PARTY.txt"].decode()

    for name in ("echarts", "zrender", "htmx.org", "@fontsource-variable/inter"):
        assert f"{name} " in text
    assert "engine.js" in json.loads(found.files["manifest.json"])


def test_there_is_one_drawer_for_a_process() -> None:
    assert files.pictures() is files.pictures()
    assert files.pictures().svg(Chart("bar", "t", "t", ("a",), (("x", (1.0,)),))).startswith("<svg")


def test_without_bundle_or_engine_there_is_none(monkeypatch) -> None:
    monkeypatch.setattr(files, "find_spec", lambda _name: None)
    assert files.pictures.__wrapped__() is None
    monkeypatch.undo()
    monkeypatch.setattr(files, "built", lambda: None)
    assert files.pictures.__wrapped__() is None
