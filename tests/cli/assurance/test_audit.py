"""tanlu audit from the plan to the opinion, in both tongues."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tanlu.store import open_workspace
from tanlu.store.log import begin_log
from tanlu.terms.proof import keys, registry
from tests.cli.books import Tongue

pytest.importorskip("numpy")

FILLED = (
    ('client = ""', 'client = "Books Ltd"'),
    ('verifier = ""', 'verifier = "Careful Eyes"'),
    ('scope = ""', 'scope = "all legs"'),
    ('boundary = ""', 'boundary = "one company"'),
    ("# [frame]", '[frame]\nfile = "gate.csv"\nunit = "t·km"'),
)


class Desk:
    """Runs the verb with the files of one desk."""

    def __init__(self, books: Tongue, folder: Path) -> None:
        self.books, self.folder = books, folder
        self.file, self.key = folder / "engagement.toml", folder / "verifier.key"
        self.options = ("--engagement", self.file, "--dir", folder / "audit")

    def ask(self, *words: object, expect: int = 0):
        return self.books.ask("audit", *words, *self.options, expect=expect)

    def say(self, *words: object, language: str = "en", expect: int = 0) -> str:
        return self.books.say("audit", *words, *self.options, language=language, expect=expect)

    def fill(self, name: str, column: int, change: dict[str, str] | None = None) -> None:
        path = self.folder / "audit" / f"{name}.csv"
        head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
        lines = [head]
        for row in rows:
            cells = row.split(",")
            if name == "forward":
                cells[column] = (change or {}).get(cells[0], cells[6])
            cells[column] = cells[column] or "none"
            lines.append(",".join(cells))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def desk(books: Tongue, tmp_path: Path) -> Desk:
    """A desk with an engagement that is filled in, a frame, and a verifier's key."""
    made = Desk(books, tmp_path / "desk")
    made.folder.mkdir()
    made.say("plan")
    text = made.file.read_text(encoding="utf-8")
    for old, new in FILLED:
        assert old in text
        text = text.replace(old, new)
    made.file.write_text(text, encoding="utf-8")
    (made.folder / "gate.csv").write_text("waybill,tkm\nW1,420\nW2,50400\n")
    log, key = begin_log(open_workspace(books.ledger)), keys.SigningKey.new()
    made.key.write_bytes(key.seed)
    told = {"step": "enrol", "public": key.public, "role": "verifier", "name": "Careful Eyes"}
    told["possession"] = registry.possession(key, "verifier", "Careful Eyes")
    log.state("key", "Careful Eyes", told)
    return made


def test_a_draft_is_written_where_no_engagement_is(books: Tongue, tmp_path: Path) -> None:
    made = Desk(books, tmp_path)

    assert "fill in client" in made.say("plan")
    assert 'period = "2026"' in made.file.read_text(encoding="utf-8")
    assert made.ask("plan", expect=1)["error"]["code"] == "TL755"


def test_a_plan_without_a_key_is_only_shown(desk: Desk) -> None:
    facts = desk.ask("plan", "--expected", "2%")

    assert facts["engagement"]["expected_ppm"] == 20_000
    assert "entry" not in facts
    assert "尚未写入日志" in desk.say("plan", language="zh")
    assert desk.ask("plan", "--expected", "much", expect=1)["error"]["code"] == "TL755"


def test_from_plan_to_opinion(desk: Desk) -> None:
    key = ("--key", desk.key)
    planned = desk.ask("plan", *key)
    assert (desk.folder / "audit" / "nonce").exists()
    assert planned["points"] == 2
    sampled = desk.ask("sample", *key)
    assert (sampled["forward"], sampled["reverse"]) == (2, 2)
    desk.fill("forward", 8)
    desk.fill("reverse", 4)
    assert "within materiality" in desk.say("evaluate", *key)
    out, file = desk.folder / "opinion.html", desk.folder / "opinion.json"
    assert "unmodified" in desk.say("opine", *key, "--out", out, "--credential", file)
    assert json.loads(file.read_text(encoding="utf-8"))["proof"]["cryptosuite"] == "eddsa-jcs-2022"
    assert "Books Ltd" in out.read_text(encoding="utf-8")
    shown = desk.ask("show")
    assert [each["step"] for each in shown["steps"]] == [
        "plan", "sample", "results", "evaluation", "opinion",
    ]  # fmt: skip
    assert "结果一致" in desk.say("show", language="zh")
    pack = desk.folder / "books.tlpack"
    desk.books.ask("pack", "build", "--period", "2026", "--out", pack)
    assert desk.ask("show", "--pack", pack)["redrawn"] == 2
    assert desk.ask("show", "--pack", file, expect=1)["error"]["code"] == "TL705"


def test_what_is_wrong_ends_with_findings(desk: Desk) -> None:
    key = ("--key", desk.key)
    desk.ask("plan", *key)
    desk.ask("sample", *key)
    desk.fill("forward", 8, {"W2": "25200"})
    desk.fill("reverse", 4)
    facts = desk.ask("evaluate", *key, expect=3)

    assert facts["verdict"] in {"material", "pervasive"}
    assert facts["amounts"]["over"]["factual"] == facts["amounts"]["over"]["bound"]


def test_a_step_without_a_key_or_with_the_preparers_is_refused(desk: Desk) -> None:
    desk.ask("plan", "--key", desk.key)

    assert desk.ask("sample", expect=2)["error"]["code"] == "TL001"
    own = desk.books.ledger / "keys" / "preparer"
    assert desk.ask("sample", "--key", own, expect=1)["error"]["code"] == "TL133"


def test_a_frame_may_be_named_on_the_command_line(desk: Desk) -> None:
    facts = desk.ask("plan", "--frame", "ledger:legs.csv")

    assert facts["engagement"]["frame"]["file"] == "ledger:legs.csv"
