"""The workbench of a verifier."""

from __future__ import annotations

import time

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from tanlu.serve.api import Principal
from tanlu.serve.jobs.publishing import published
from tests.serving import HERE, whole

CLAIM = "2026-a"


@pytest.fixture
def claim(home):
    for step in published(home.workspace("home"), {"name": CLAIM}):
        made = step.result
    return made


@pytest.fixture
def working(home):
    """The whole application with its jobs, asked in a role: ``working("verifier")``."""
    who = {"role": "verifier", "tenant": "home"}

    def identify(_):
        return Principal(f"{who['role']}@{who['tenant']}", who["tenant"], who["role"])

    with TestClient(whole(home, identify=identify), base_url=HERE) as client:

        def asked(role, tenant="home"):
            who.update(role=role, tenant=tenant)
            return client

        yield asked


def finished(client, kind):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        jobs = [job for job in client.get("/v1/jobs").json()["jobs"] if job["kind"] == kind]
        if jobs and jobs[0]["state"] in ("done", "failed"):
            return jobs[0]
        time.sleep(0.2)
    raise AssertionError(f"{kind} does not end")


def test_a_claim_shows_its_total_its_files_and_its_pins(asking, claim):
    page = LexborHTMLParser(asking("verifier").get(f"/en/verify/{CLAIM}").text)
    title = page.css_first(".kpi .value").attributes["title"].removesuffix(" g").replace(",", "")
    assert round(float(title) * 1e6) == int(claim["co2e_ug"])
    assert page.css('#tree a[href*="/evidence/"]')
    assert claim["factors_hash"] in page.css_first("#pins").text()
    assert page.css("#pins details li")


def test_a_claim_is_made_again_found_fault_with_and_signed_off_in_this_order(working, claim):
    at = f"/en/verify/{CLAIM}"
    client = working("verifier")
    assert client.post(f"{at}/act", data={"act": "sign", "words": "fine"}).status_code == 409
    client.post(f"{at}/check")
    assert finished(client, "edition.check")["result"]["found"] == []
    client.post(f"{at}/act", data={"act": "finding", "words": "<b>leg 3</b>"})
    page = LexborHTMLParser(client.get(at).text)
    assert "<b>leg 3</b>" in page.css_first("#reviews .list").text()
    assert client.post(f"{at}/act", data={"act": "sign", "words": "fine"}).status_code == 409
    about = page.css_first('select[name="about"] option').attributes["value"]
    client.post(f"{at}/act", data={"act": "close", "about": about, "words": "explained"})
    assert client.post(f"{at}/act", data={"act": "sign", "words": "fine"}).status_code == 200
    assert (
        "Signed off" in LexborHTMLParser(client.get("/en/verify").text).css_first("#claims").text()
    )


def test_a_plan_of_the_samples_is_a_job_with_files(working, claim):
    client = working("manager")
    sent = {"period": "2026", "materiality": "5", "expected": "1"}
    assert client.post("/zh/verify/plan", data=sent).status_code == 200
    assert finished(client, "assurance.plan")["result"]["points"] > 0
    page = LexborHTMLParser(client.get("/zh/verify").text)
    href = next(a.attributes["href"] for a in page.css("#plan a") if "plan.html" in a.text())
    assert client.get(href).status_code == 200


@pytest.mark.parametrize("role", ["manager", "operator", "viewer", "supplier", "developer"])
def test_only_a_verifier_signs(asking, claim, role):
    sent = {"act": "sign", "words": "x"}
    assert asking(role).post(f"/en/verify/{CLAIM}/act", data=sent).status_code == 403


@pytest.mark.parametrize("role", ["supplier", "device", "developer"])
def test_who_is_not_of_the_organisation_sees_no_claim(asking, claim, role):
    assert asking(role).get("/en/verify").status_code == 403
    assert asking(role).get(f"/en/verify/{CLAIM}").status_code == 403


def test_another_organisation_finds_no_claim_of_this_one(asking, claim):
    assert asking(tenant="other").get(f"/en/verify/{CLAIM}").status_code == 404
    text = asking(tenant="other").get("/zh/verify").text
    assert LexborHTMLParser(text).css_first("#claims .empty")
