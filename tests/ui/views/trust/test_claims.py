"""What stands behind a claim."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from tanlu.serve.jobs.publishing import published
from tests.serving import last


def test_every_part_of_emissions_and_every_pack_of_the_ledger_stands_behind_a_claim(asking, home):
    workspace = home.workspace("home")
    last(published(workspace, {"name": "a"}))
    page = LexborHTMLParser(asking("verifier").get("/en/verify/a").text)
    text = page.css_first("#tree").text()
    assert all(part.file in text for part in workspace.parts("emission"))
    packs = {pack["pack_id"] for line in workspace.log("packs") for pack in line["packs"]}
    assert len(page.css("#pins details li")) == len(packs)
