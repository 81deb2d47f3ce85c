"""A sum among five suppliers, a platform and an association, by files as they would send them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.store import open_workspace
from tanlu.store.log import begin_log, log_of
from tanlu.terms.proof import keys, registry
from tests.cli.books import Tongue

NAMES = ["alpha", "beta", "gamma", "delta", "omega"]


@pytest.fixture
def desk(empty: Tongue, tmp_path: Path) -> Tongue:
    """Keys and cards of all, and the call."""
    for name in [*NAMES, "platform", "association"]:
        (tmp_path / f"{name}.key").write_bytes(name.encode().ljust(32, b"."))
        empty.ask("share", "card", "--key", tmp_path / f"{name}.key")
    cards = [(tmp_path / f"{name}.card").read_text() for name in NAMES]
    (tmp_path / "members.txt").write_text("".join(cards))
    empty.ask(
        "share", "call", "--period", "2026-10", "--lines", "transport,energy",
        "--members", tmp_path / "members.txt", "--a", tmp_path / "platform.card",
        "--b", tmp_path / "association.card", "--out", tmp_path / "call.tlsum",
    )  # fmt: skip
    return empty


def give(desk: Tongue, folder: Path, name: str, text: str | None = None, expect: int = 0):
    place = NAMES.index(name) + 1
    text = text or f"line,value\ntransport,{place * 10**12}\nenergy,{place}\n"
    (folder / f"{name}.csv").write_text(text)
    return desk.ask(
        "share", "give", folder / "call.tlsum", "--key", folder / f"{name}.key",
        "--values", folder / f"{name}.csv", "--out", folder / f"{name}.tlsum", expect=expect,
    )  # fmt: skip


def add(desk: Tongue, folder: Path, who: str, *more: str, expect: int = 0):
    messages = [folder / f"{name}.tlsum" for name in NAMES if (folder / f"{name}.tlsum").exists()]
    return desk.ask(
        "share", "add", "--key", folder / f"{who}.key", "--out", folder / f"{who}.part", *more,
        folder / "call.tlsum", *messages, expect=expect,
    )  # fmt: skip


@pytest.fixture
def closed(desk: Tongue, tmp_path: Path) -> dict:
    for name in NAMES:
        give(desk, tmp_path, name)
    for who in ("platform", "association"):
        add(desk, tmp_path, who)
    return desk.ask(
        "share", "close", "--out", tmp_path / "total.tlsum", tmp_path / "call.tlsum",
        "--part", tmp_path / "platform.part", "--part", tmp_path / "association.part",
        *(tmp_path / f"{name}.tlsum" for name in NAMES),
    )  # fmt: skip


def test_the_total_comes_from_files_alone(closed: dict) -> None:
    assert closed["values"] == {"transport": str(15 * 10**12), "energy": "15"}
    assert closed["suppliers"] == sorted(NAMES)


def test_anybody_checks_it_in_both_tongues(closed: dict, desk: Tongue, tmp_path: Path) -> None:
    total, call = tmp_path / "total.tlsum", tmp_path / "call.tlsum"

    assert desk.ask("share", "check", total)["values"]["energy"] == "15"
    assert "holds in itself" in desk.say("share", "check", total)
    said = desk.say("share", "check", total, "--call", call)
    assert "15,000,000,000,000 ug" in said
    assert "holds: the commitments" in said
    assert "成立：全部成员" in desk.say("share", "check", total, "--call", call, language="zh")


def test_a_changed_total_is_refused(closed: dict, desk: Tongue, tmp_path: Path) -> None:
    raw = bytearray((tmp_path / "total.tlsum").read_bytes())
    raw[-5] ^= 1
    (tmp_path / "total.tlsum").write_bytes(raw)
    found = desk.ask("share", "check", tmp_path / "total.tlsum", expect=1)

    assert found["error"]["code"].startswith("TL85")


def test_parts_stay_beside_the_key_and_forbid_sets_too_near(
    closed: dict, desk: Tongue, tmp_path: Path
) -> None:
    assert len(list((tmp_path / "association.parts").iterdir())) == 1
    # the same set again tells nothing new
    assert add(desk, tmp_path, "association")["side"] == "b"
    found = add(desk, tmp_path, "association", "--names", "alpha,beta,gamma,delta", expect=1)

    assert found["error"]["code"] == "TL862"


@pytest.mark.parametrize(
    "text",
    [
        "line,value\ntransport,-1\nenergy,1\n", "line,value\ntransport,1.5\nenergy,1\n",
        f"line,value\ntransport,{2**63}\nenergy,1\n", "line,value\ntransport,1\n",
        "line,value\ntransport,1\ntransport,1\nenergy,1\n", "line,value\nheat,1\n", "x\n1\n",
    ],
)  # fmt: skip
def test_values_that_are_none_are_refused_before_anything_is_written(
    desk: Tongue, tmp_path: Path, text: str
) -> None:
    found = give(desk, tmp_path, "alpha", text, expect=1)

    assert found["error"]["code"] == "TL857"
    assert not (tmp_path / "alpha.tlsum").exists()


def test_a_file_that_is_no_call_is_refused(desk: Tongue, tmp_path: Path) -> None:
    (tmp_path / "call.tlsum").write_bytes(b"nonsense")

    assert give(desk, tmp_path, "alpha", expect=1)["error"]["code"] == "TL858"


def test_what_is_asked_for_is_told_before_it_is_given(desk: Tongue, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("line,value\ntransport,1\nenergy,1\n")
    said = desk.say(
        "share", "give", tmp_path / "call.tlsum", "--key", tmp_path / "alpha.key",
        "--values", tmp_path / "v.csv", "--out", tmp_path / "m",
    )  # fmt: skip

    assert "2026-10 [ug], 5 members, totals rest on at least 5" in said
    assert "platform and association each read only their half" in said


def test_commitments_of_enrolled_members_stand_in_the_log_once(
    closed: dict, desk: Tongue, tmp_path: Path
) -> None:
    books = open_workspace(desk.ledger, create=True)
    log = begin_log(books)
    for name in NAMES:
        key = keys.SigningKey(name.encode().ljust(32, b"."))
        told = {"role": "supplier", "name": name, "public": key.public}
        told["possession"] = registry.possession(key, "supplier", name)
        log.state("key", keys.kid(key.public).hex(), {"step": "enrol", **told})
    messages = [tmp_path / f"{name}.tlsum" for name in NAMES]
    words = ("share", "log", tmp_path / "call.tlsum", *messages)

    assert sorted(desk.ask(*words)["stated"]) == sorted(NAMES)
    assert desk.ask(*words)["known"] == 5
    assert "5 were there" in desk.say(*words)
    assert len(log_of(books).statements("supplier-commit")) == 5


def test_commitments_of_strangers_do_not_come_into_the_log(
    closed: dict, desk: Tongue, tmp_path: Path
) -> None:
    begin_log(open_workspace(desk.ledger, create=True))
    words = ("share", "log", tmp_path / "call.tlsum", tmp_path / "alpha.tlsum")

    assert desk.ask(*words, expect=1)["error"]["code"] == "TL132"
