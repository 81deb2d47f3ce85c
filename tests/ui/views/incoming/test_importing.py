"""What a file says is text."""

from __future__ import annotations

from tests.desk import GOOD

PAGES = ("data/sources", "data/quality", "data/quality?check=1", "data/quarantine", "devices")


def test_what_a_file_says_is_text_and_never_markup(desk):
    upload = desk.upload(GOOD.replace("上海", "<script>alert(1)</script>"), name="<b>.csv")
    page = desk.get(f"/en/data/import/{upload}/columns").text
    assert "<script>alert" not in page
    assert "<b>.csv" not in page


def test_what_names_no_row_is_said_before_and_after(desk):
    upload = desk.upload(GOOD, GOOD.replace("12", "9"))
    page = desk.get(f"/en/data/import/{upload}/columns").text
    assert 'value="shipment" selected' in page
    assert "second time" in page
    refused = desk.say(upload)
    assert refused.status_code == 200, "what repeats is not taken for the identity"
    assert "never repeats" in refused.text
    assert desk.say(upload, **{"map:0": "shipment"}).headers["location"].endswith("/rehearse")
    job = desk.step(upload, "rehearse")
    assert "TL342" in job
    assert "count a second time" in job
    chinese = desk.get(f"/zh/data/import/{upload}/columns").text
    assert "再次计入" in chinese
