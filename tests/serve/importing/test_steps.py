"""A file comes in by steps, and nothing hostile gets further than a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.desk import BAD, GOOD


def test_a_file_goes_from_upload_to_emissions_without_a_script(desk):
    upload = desk.upload(GOOD, BAD, encoding="gb18030")
    assert desk.say(upload).headers["location"].endswith("/rehearse")
    rehearsed = desk.step(upload, "rehearse")
    assert "TL311" in rehearsed
    assert desk.home.workspace("home").version == 0, "a rehearsal writes nothing"
    desk.step(upload, "read")
    workspace = desk.home.workspace("home")
    assert workspace.scan("activity").collect().height == 1
    assert workspace.scan("quarantine").collect().height == 1
    desk.step(upload, "quantify")
    assert workspace.scan("emission").collect().height > 0


def test_a_unit_is_never_guessed(desk):
    upload = desk.upload(GOOD)
    answer = desk.say(upload, **{"unit:2": ""})
    assert answer.status_code == 200
    assert desk.get(f"/en/data/import/{upload}/rehearse", follow_redirects=False).status_code == 303
    assert desk.post(f"/en/data/import/{upload}/rehearse").status_code == 400


def test_a_rehearsal_knows_what_is_known(desk):
    first = desk.upload(GOOD)
    desk.say(first)
    desk.step(first, "read")
    again = desk.upload(GOOD, GOOD.replace("A1", "A3"))
    desk.say(again)
    job = desk.step(again, "rehearse")
    sums = [part.split("<")[0] for part in job.split('<b class="number">')[1:5]]
    assert sums == ["2", "1", "1", "0"]


def test_a_mapping_is_downloaded_and_used_again(desk):
    upload = desk.upload(GOOD)
    desk.say(upload)
    mapping = desk.get(f"/en/data/import/{upload}/mapping.toml")
    assert mapping.headers["content-disposition"].startswith("attachment")
    again = desk.upload(GOOD.replace("A1", "B1"))
    files = {"mapping_file": ("m.toml", mapping.content)}
    assert desk.post(f"/en/data/import/{again}/columns", files=files).status_code == 303
    assert "Done" in desk.step(again, "rehearse")


def test_a_mapping_that_does_not_hold_is_told(desk):
    upload = desk.upload(GOOD)
    sent = {"act": "mapping", "mapping": "[activity]\nstart = 3"}
    answer = desk.post(f"/en/data/import/{upload}/columns", data=sent)
    assert answer.status_code == 422
    assert "TL302" in answer.text


def test_who_comes_back_finds_the_step_where_he_stopped(desk):
    upload = desk.upload(GOOD)
    desk.say(upload)
    page = desk.get("/en/data/import").text
    assert f"/en/data/import/{upload}/rehearse" in page


def test_a_formula_is_a_text_in_the_file_of_refused_rows(desk):
    upload = desk.upload(GOOD, BAD)
    desk.say(upload)
    desk.step(upload, "rehearse")
    text = desk.get(f"/en/data/import/{upload}/refused.csv").text
    assert "'=cmd|x" in text.splitlines()[1]


def _bomb() -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/workbook.xml", "w", force_zip64=True) as file,
    ):
        for _ in range(1100):
            file.write(bytes(1 << 20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("empty.csv", lambda: b"", "TL301"),
        ("broken.xlsx", lambda: b"PK\x03\x04 no workbook", "TL301"),
        ("run.exe", lambda: b"MZ\x00\x01", "TL468"),
        ("wide.csv", lambda: b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n", "TL467"),
        ("bomb.xlsx", _bomb, "TL467"),
    ],
)
def test_what_is_hostile_ends_in_a_sentence(desk, name, make, code):
    answer = desk.post("/en/data/import", files={"file": (name, make())})
    assert answer.status_code == 422
    assert code in answer.text
    assert "Nothing waits" in answer.text, "it is not kept"


def test_a_form_without_a_file_is_told_so(desk):
    assert desk.post("/en/data/import", data={}).status_code == 422


def test_a_supplier_sees_his_own_uploads_and_another_organisation_none(desk):
    upload = desk.upload(GOOD)
    desk.become("supplier", "home")
    assert desk.get(f"/en/data/import/{upload}/columns").status_code == 404
    assert upload not in desk.get("/en/data/import").text
    assert desk.post(f"/en/data/import/{upload}/read").status_code == 403
    desk.become("manager", "other")
    assert desk.get(f"/en/data/import/{upload}/columns").status_code == 404


def test_a_removed_upload_is_gone(desk):
    upload = desk.upload(GOOD)
    assert desk.post(f"/en/data/import/{upload}/drop").status_code == 303
    assert desk.get(f"/en/data/import/{upload}/columns").status_code == 404
