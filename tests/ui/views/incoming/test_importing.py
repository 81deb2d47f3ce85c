"""What a file says is text."""

from __future__ import annotations

from tests.desk import GOOD

PAGES = ("data/sources", "data/quality", "data/quality?check=1", "data/quarantine", "devices")


def test_what_a_file_says_is_text_and_never_markup(desk):
    upload = desk.upload(GOOD.replace("上海", "<script>alert(1)</script>"), name="<b>.csv")
    page = desk.get(f"/en/data/import/{upload}/columns").text
    assert "<script>alert" not in page
    assert "<b>.csv" not in page
