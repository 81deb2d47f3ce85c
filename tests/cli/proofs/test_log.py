"""tanlu log: each action from end to end, its exit code and its words in both languages."""

from __future__ import annotations

from pathlib import Path

from tanlu.store import open_workspace
from tests.cli.books import Tongue
from tests.store.activities import activities


def test_what_was_read_and_quantified_stands_in_the_log(books: Tongue) -> None:
    facts = books.ask("log", "show")

    assert facts["statements"] == {"batch": 5, "factorset": 1, "head": 2, "key": 1, "calcspec": 1}
    assert facts["size"] == facts["checkpoint_size"] == 10
    assert f"log {facts['origin']}: 10 entries, 10 of them" in books.say("log", "show")
    assert facts["vkey"] in books.say("log", "show", language="zh")


def test_a_verb_that_writes_says_that_the_log_followed(books: Tongue) -> None:
    open_workspace(books.ledger).append("activity", activities(3))
    said = books.say("quantify")

    assert "log: 3 new entries, all 13 under a signed checkpoint" in said


def test_an_entry_is_shown_with_what_it_says(books: Tongue) -> None:
    facts = books.ask("log", "show", "0")

    assert (facts["type"], facts["content"]["role"]) == ("key", "preparer")
    assert "preparer" in books.say("log", "show", "0")
    assert books.ask("log", "show", "999", expect=1)["error"]["code"] == "TL618"
    assert books.ask("log", "show", "x", expect=1)["error"]["code"] == "TL618"


def test_a_checkpoint_covers_what_the_library_wrote(books: Tongue) -> None:
    open_workspace(books.ledger).append("activity", activities(3))
    facts = books.ask("log", "checkpoint")

    assert (facts["entries"], facts["size"]) == (2, 12)
    assert facts["checkpoint"].split("\n")[:2] == [facts["origin"], "12"]
    assert "— tanlu.local/" in books.say("log", "checkpoint")


def test_a_ledger_of_before_gets_a_log_when_asked(empty: Tongue) -> None:
    open_workspace(empty.ledger, create=True).append("activity", activities(3))
    assert empty.ask("log", "show", expect=1)["error"]["code"] == "TL615"
    empty.ask("quantify")
    assert not (empty.ledger / "log").exists()
    facts = empty.ask("log", "init", "--origin", "example.com/books")

    assert facts["origin"] == "example.com/books"
    assert facts["policy"].startswith("log example.com/books+")
    assert "example.com/books" in empty.say("log", "init")
    other = empty.ask("log", "init", "--origin", "example.com/other", expect=1)
    assert other["error"]["code"] == "TL616"


def test_an_audit_of_a_sound_log_remembers_its_checkpoint(books: Tongue, tmp_path: Path) -> None:
    kept = tmp_path / "remembered"
    facts = books.ask("log", "audit", "--remember", kept)

    assert (facts["findings"], facts["waiting"]) == ([], 0)
    assert kept.read_text() == facts["checkpoint"]
    assert "holds: 10 entries" in books.say("log", "audit", books.ledger, "--remember", kept)
    assert "完好" in books.say("log", "audit", language="zh")


def test_a_changed_log_is_found_with_exit_3(books: Tongue, tmp_path: Path) -> None:
    kept = tmp_path / "remembered"
    books.ask("log", "audit", "--remember", kept)
    path = books.ledger / "log/tile/entries/000.p/10"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    before = kept.read_text()
    facts = books.ask("log", "audit", "--remember", kept, expect=3)

    assert ("TL617", "tile/entries/000.p/10") in [
        (each["code"], each["where"]) for each in facts["findings"]
    ]
    assert kept.read_text() == before
    assert "does NOT hold" in books.say("log", "audit", expect=3)
    assert "不完好" in books.say("log", "audit", language="zh", expect=3)


def test_an_audit_by_a_policy_asks_who_signed(books: Tongue, tmp_path: Path) -> None:
    policy = tmp_path / "trust.policy"
    policy.write_text(f"log {books.ask('log', 'show')['vkey']}\nquorum none\n")
    assert books.ask("log", "audit", books.ledger / "log", "--policy", policy)["findings"] == []
    assert "nobody was asked" in books.say("log", "audit", books.ledger / "log")
    assert "nobody was asked" not in books.say("log", "audit", books.ledger)
    policy.write_text("log other.example+0b9a0cb6+AbWuAGcdLMTvOEfNTNqTqMZ6N9zLoYPcHDnAUPTdHHPj\n")
    assert books.ask("log", "audit", "--policy", policy, expect=1)["error"]["code"] in (
        "TL120",
        "TL124",
    )
    gone = books.ask("log", "audit", "--policy", tmp_path / "no", expect=1)
    assert gone["error"]["code"] == "TL004"


def test_a_log_is_published_as_static_files(books: Tongue, tmp_path: Path) -> None:
    place = tmp_path / "web"
    facts = books.ask("log", "publish", place)

    assert (facts["files"], facts["size"]) == (2, books.ask("log", "show")["size"])
    assert (place / "checkpoint").read_bytes() == (books.ledger / "log/checkpoint").read_bytes()
    assert "wrote 0 files" in books.say("log", "publish", place)
    assert "写入 0 个文件" in books.say("log", "publish", place, language="zh")
