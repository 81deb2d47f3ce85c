"""What an inventory is drawn up by."""

from __future__ import annotations

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser


def test_a_boundary_that_cannot_be_read_says_what_is_wrong(asking, home):
    path = Path(home.workspace("home").path) / "organisation.toml"
    path.write_text("name = <script>", encoding="utf-8")
    answer = asking().get("/en/inventory")
    assert answer.status_code == 200
    assert "TL807" in answer.text
    assert "<script>" not in LexborHTMLParser(answer.text).css_first("main").html
