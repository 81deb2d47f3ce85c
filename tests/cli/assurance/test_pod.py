"""tanlu pod: from the giver's signature to the bill, as two companies would do it with files."""

from __future__ import annotations

import pytest

from tanlu.store import open_workspace
from tanlu.store.log import begin_log, log_of
from tanlu.terms.proof import keys, registry
from tests.cli.books import files

GIVER, TAKER = keys.SigningKey(b"g" * 32), keys.SigningKey(b"t" * 32)
HANDOVER = """
waybill = "W1"
giver = "carrier:a"
taker = "consignee:b"
place = "CN-110115"
at = 2026-11-21T10:00:00+08:00
[[items]]
id = "box:1"
[[items]]
id = "sku:2"
count = 3
"""
TERMS = """
[rates]
drop_fen = 350
tkm_fen_per_1000 = 60000
damage_fen_per_item = 500
missing_fen_per_item = 2000
late_fen_per_h = 1000
free_us = 1800000000
penalty_cap_ppm = 300000
"""


@pytest.fixture
def tongue(empty, tmp_path, monkeypatch):
    """Books with a log that knows both parties, and their files in the present folder."""
    monkeypatch.chdir(tmp_path)
    books = empty
    file, mapping = files(tmp_path / "in")
    books.ask("read", file, "--map", mapping)
    for name, key in (("giver", GIVER), ("taker", TAKER)):
        (tmp_path / f"{name}.key").write_bytes(key.seed)
    (tmp_path / "handover.toml").write_text(HANDOVER)
    (tmp_path / "terms.toml").write_text(TERMS)
    log = begin_log(open_workspace(books.ledger))
    for key, role, name in ((GIVER, "carrier", "carrier:a"), (TAKER, "consignee", "consignee:b")):
        told = {
            "step": "enrol", "public": key.public, "role": role, "name": name,
            "possession": registry.possession(key, role, name),
        }  # fmt: skip
        log.state("key", name, told)
    return books


@pytest.fixture
def handed(tongue):
    tongue.ask("pod", "give", "handover.toml", "--key", "giver.key")
    tongue.ask("pod", "take", "W1.give", "--key", "taker.key")
    tongue.ask("pod", "register", "W1.give", "W1.take")
    return tongue


def test_both_sign_register_and_agree(handed):
    told = handed.ask("pod", "check")

    assert [(row["waybill"], row["agreed"]) for row in told["handovers"]] == [("W1", 1)]
    assert told["findings"] == []


def test_the_bill_follows_from_what_the_ledger_knows_of_the_waybill(handed, tmp_path):
    # 3.50 + 1.2 t x 350 km x 0.60 = 255.50 yuan
    told = handed.ask("pod", "settle", "--terms", "terms.toml", "--out", "mine.csv")
    again = handed.ask("pod", "settle", "--terms", "terms.toml", "--against", "mine.csv")

    assert (told["owed_fen"], again["difference"]) == ("25550", None)
    path = tmp_path / "mine.csv"
    path.write_text(path.read_text().replace("25550", "25551"))
    other = handed.ask("pod", "settle", "--terms", "terms.toml", "--against", "mine.csv", expect=3)
    assert other["difference"]["waybill"] == "W1"


def test_a_settlement_is_stated_by_the_key_of_a_party(handed):
    told = handed.ask(
        "pod", "settle", "--terms", "terms.toml", "--key", "giver.key", "--period", "2026-11"
    )
    log = log_of(open_workspace(handed.ledger))
    said = log.statements("settlement")

    assert [one.index for one in said] == [told["entry"]]
    assert said[0].statement.content["owed_fen"] == 25550


def test_the_taker_counts_something_else(tongue, tmp_path):
    (tmp_path / "counted.toml").write_text('[[items]]\nid = "box:1"\ncondition = "missing"\n')
    tongue.ask("pod", "give", "handover.toml", "--key", "giver.key", "--out", "g")
    tongue.ask("pod", "take", "g", "--key", "taker.key", "--counted", "counted.toml", "--out", "t")
    tongue.ask("pod", "register", "g", "t")
    told = tongue.ask("pod", "check", expect=3)

    assert [row["code"] for row in told["findings"]] == ["TL792", "TL792"]
    assert tongue.ask("pod", "settle", "--terms", "terms.toml")["left"] == 1
    assert tongue.ask("pod", "custody")["custody"] == []


def test_custody_lists_the_hands(handed):
    rows = handed.ask("pod", "custody")["custody"]

    assert [(row["box"], row["taker"]) for row in rows] == [("box:1", "consignee:b")]
    assert handed.ask("pod", "custody", "box:9")["custody"] == []


@pytest.mark.parametrize(
    ("words", "code", "exit_"),
    [
        (("give",), "TL001", 2),
        (("give", "handover.toml"), "TL001", 2),
        (("give", "handover.toml", "--key", "gone.key"), "TL119", 1),
        (("give", "handover.toml", "--key", "terms.toml"), "TL119", 1),
        (("take", "handover.toml", "--key", "taker.key"), "TL130", 1),
        (("take", "gone", "--key", "taker.key"), "TL130", 1),
        (("settle",), "TL001", 2),
        (("settle", "--terms", "gone.toml"), "TL796", 1),
    ],
)
def test_what_is_missing_is_said_with_its_code(tongue, words, code, exit_):
    assert tongue.ask("pod", *words, expect=exit_)["error"]["code"] == code


def test_a_stranger_does_not_register(tongue, tmp_path):
    (tmp_path / "stranger.key").write_bytes(b"s" * 32)
    tongue.ask("pod", "give", "handover.toml", "--key", "stranger.key", "--out", "g")

    assert tongue.ask("pod", "register", "g", expect=1)["error"]["code"] == "TL132"


def test_a_waybill_that_looks_like_a_path_writes_no_other_place(tongue, tmp_path):
    (tmp_path / "handover.toml").write_text(HANDOVER.replace('"W1"', '"../../W1"'))
    told = tongue.ask("pod", "give", "handover.toml", "--key", "giver.key")

    assert told["out"] == "_.._W1.give"


def test_paper_is_signed_by_both(handed, tmp_path, monkeypatch):
    pytest.importorskip("pyhanko")
    pytest.importorskip("typst")
    from tests.verify.handover.certificates import pkcs12_of

    monkeypatch.setenv("TANLU_PASSPHRASE", "pw")
    for name in ("a", "b"):
        (tmp_path / f"{name}.p12").write_bytes(pkcs12_of(name, "pw"))
    handed.ask("pod", "paper", "W1.give", "W1.take", "--out", "W1.pdf", "--sign", "a.p12",
               "--field", "carrier")  # fmt: skip
    told = handed.ask("pod", "paper", "W1.pdf", "--sign", "b.p12", "--field", "consignee")

    assert [(one["signer"], one["intact"]) for one in told["signatures"]] == [
        ("a", True), ("b", True),
    ]  # fmt: skip
