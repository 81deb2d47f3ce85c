"""Every calculation can be repeated, and a pack is judged by its reader's own policy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.books import Tongue
from tests.verify.offline.making import honest, trust, zipped


def test_an_untouched_ledger_repeats(books: Tongue) -> None:
    facts = books.ask("verify")

    assert facts["differences"] == 0
    assert facts["compared"] > 0


def test_people_read_how_many_were_compared(books: Tongue) -> None:
    compared = books.ask("verify")["compared"]

    assert f"{compared} emissions recalculated, 0 differ" in books.say("verify")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs")
    (folder / "F.tlpack").write_bytes(zipped(honest(folder).seal()))
    (folder / "trust.policy").write_text(trust(), encoding="utf-8")
    return folder


def test_a_pack_is_verified_and_its_report_written(
    empty: Tongue, pack: Path, tmp_path: Path
) -> None:
    policy, out = pack / "trust.policy", tmp_path / "out.json"
    told = empty.ask("verify", pack / "F.tlpack", "--policy", policy, "--report", out)
    small = empty.ask("verify", pack / "F.tlpack", "--policy", policy, "--offline")

    assert (told["verdict"], small["verdict"]) == ("verified", "verified")
    assert json.loads(out.read_text(encoding="utf-8")) == told
    said = empty.say("verify", pack / "F.tlpack", "--policy", policy, language="zh")
    assert "核查通过" in said
    assert "11 报告：成立" in said


def test_a_changed_pack_fails_with_code_and_place(
    empty: Tongue, pack: Path, tmp_path: Path
) -> None:
    draft = honest(pack)
    draft.files["policy.txt"] += b"x"
    files = draft.seal() | {"policy.txt": b"y"}
    (tmp_path / "F").write_bytes(zipped(files))
    told = empty.ask("verify", tmp_path / "F", "--policy", pack / "trust.policy", expect=1)

    assert [(each["code"], each["where"]) for each in told["findings"]] == [("TL711", "policy.txt")]
    said = empty.say("verify", tmp_path / "F", "--policy", pack / "trust.policy", expect=1)
    assert "[TL711] file 'policy.txt' of the evidence pack was changed" in said
    words = ("verify", tmp_path / "F", "--policy", pack / "trust.policy")
    assert "[TL711] 证据包的文件“policy.txt”已被改动" in empty.say(*words, language="zh", expect=1)


def test_a_policy_of_other_bytes_is_no_policy(empty: Tongue, pack: Path) -> None:
    (pack / "bytes.policy").write_bytes(b"\xd2\x84\xff")
    told = empty.ask("verify", pack / "F.tlpack", "--policy", pack / "bytes.policy", expect=1)

    assert told["error"]["code"] == "TL124"


def test_an_old_checkpoint_fails_by_the_age_that_is_asked(empty: Tongue, pack: Path) -> None:
    words = ("verify", pack / "F.tlpack", "--policy", pack / "trust.policy", "--max-age")

    # the witnesses of the test saw it long ago
    assert empty.ask(*words, "1h", expect=1)["findings"][0]["code"] == "TL717"
    assert empty.ask(*words, "soon", expect=2)["error"]["code"] == "TL746"


def test_nobody_is_trusted_without_a_policy(empty: Tongue, pack: Path) -> None:
    assert empty.ask("verify", pack / "F.tlpack", expect=2)["error"]["code"] == "TL745"
