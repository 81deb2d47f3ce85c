"""Keys are made, enrolled, replaced and revoked; what cannot be is refused with a code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tanlu.cli.proofs import key as verb
from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.log import begin_log, log_of
from tanlu.terms.proof import registry
from tanlu.terms.proof.keys import SigningKey, kid
from tests.cli.books import Tongue


@pytest.fixture
def logged(books: Tongue) -> Tongue:
    begin_log(open_workspace(books.ledger))
    return books


def made(tongue: Tongue, folder: Path, role: str, name: str = "Veritas") -> tuple[Path, Path]:
    """Make a key of a role and give its file and its request."""
    file = folder / f"{name}-{role}.key"
    tongue.ask("key", "new", file, "--role", role, "--name", name)
    return file, file.with_name(f"{file.name}.request")


def enrolled(tongue: Tongue, folder: Path, role: str, name: str = "Veritas") -> SigningKey:
    file, request = made(tongue, folder, role, name)
    tongue.ask("key", "enrol", request)
    return SigningKey(file.read_bytes())


def refused(tongue: Tongue, *words: object, expect: int = 1) -> str:
    code: str = tongue.ask("key", *words, expect=expect)["error"]["code"]
    return code


def opine(tongue: Tongue, signer: SigningKey) -> int:
    log = log_of(open_workspace(tongue.ledger))
    return log.state("assurance", "e", {"step": "opinion"}, signer).index


def test_a_log_begins_with_the_preparers_key(logged: Tongue) -> None:
    told = logged.ask("key", "list")

    assert [(row["role"], row["since"], row["state"]) for row in told["keys"]] == [
        ("preparer", 0, "holds")
    ]
    assert "有效" in logged.say("key", "list", language="zh")


def test_a_key_is_made_for_its_owner_alone_and_never_shown(logged: Tongue, tmp_path: Path) -> None:
    file, request = made(logged, tmp_path, "verifier")
    seed = file.read_bytes()
    shown = logged.say("key", "new", tmp_path / "b", "--role", "verifier", "--name", "B")
    told = request.read_text(encoding="utf-8")
    facts = logged.ask("key", "enrol", request)

    assert file.stat().st_mode & 0o777 == 0o600
    assert len(seed) == 32
    for text in (told, json.dumps(facts), shown):
        assert seed.hex() not in text
    assert (tmp_path / "b").read_bytes().hex() not in shown
    assert (facts["role"], facts["name"], facts["kid"]) == (
        "verifier", "Veritas", kid(SigningKey(seed).public).hex(),
    )  # fmt: skip


def test_a_file_that_is_there_is_never_replaced(logged: Tongue, tmp_path: Path) -> None:
    file, _ = made(logged, tmp_path, "verifier")
    seed = file.read_bytes()

    assert refused(logged, "new", file, "--role", "verifier", "--name", "C") == "TL656"
    assert refused(logged, "rotate", "--key", file, "--new", file) in {"TL132", "TL656"}
    assert file.read_bytes() == seed


def test_a_verifier_signs_opinions_only_after_it_is_enrolled(
    logged: Tongue, tmp_path: Path
) -> None:
    file, request = made(logged, tmp_path, "verifier")
    signer = SigningKey(file.read_bytes())
    with pytest.raises(TanluError, match="TL132"):
        opine(logged, signer)
    enrolled_at = logged.ask("key", "enrol", request)["index"]

    assert opine(logged, signer) == enrolled_at + 1
    log = log_of(open_workspace(logged.ledger))
    with pytest.raises(TanluError, match="TL133"):
        log.state("batch", "b", {}, signer)
    with pytest.raises(TanluError, match="TL133"):
        log.state("assurance", "e", {})


def test_a_verifier_replaces_its_key_by_a_statement_of_its_own(
    logged: Tongue, tmp_path: Path
) -> None:
    old = enrolled(logged, tmp_path, "verifier")
    first = opine(logged, old)
    file, fresh, letter = tmp_path / "Veritas-verifier.key", tmp_path / "n.key", tmp_path / "l.cose"
    logged.ask("key", "rotate", "--key", file, "--new", fresh, "--overlap", 2, "--out", letter)
    assert opine(logged, old) == first + 1
    facts = logged.ask("key", "register", letter)
    log = log_of(open_workspace(logged.ledger))

    assert facts["replaces"] == kid(old.public).hex()
    assert fresh.stat().st_mode & 0o777 == 0o600
    # told when the letter was written: an overlap does not grow with the post
    assert log.registry.keys[kid(old.public)].until == first + 1 + 1 + 2
    opine(logged, SigningKey(fresh.read_bytes()))
    with pytest.raises(TanluError, match="TL132"):
        opine(logged, old)
    # what it signed before is judged by the keys of then
    assert log.registry.key(kid(old.public), first).role == "verifier"
    for stated in log_of(open_workspace(logged.ledger)).statements("assurance"):
        signer = log.registry.keys[stated.statement.kid]
        assert stated.statement.verify(signer.public)


def test_the_workspaces_own_key_is_replaced_and_goes_on(logged: Tongue) -> None:
    workspace = open_workspace(logged.ledger)
    before = log_of(workspace).preparer
    facts = logged.ask("key", "rotate", "--reason", "yearly")
    after = log_of(open_workspace(logged.ledger))
    logged.ask("edition", "publish", "Q1", "--period", "2026Q1")

    assert facts["replaces"] == kid(before.public).hex()
    assert after.preparer.public != before.public
    assert kid(after.preparer.public).hex() == facts["kid"]
    assert after.statements("key")[-1].statement.content["reason"] == "yearly"
    # the edition is stated by the fresh key, entry 0 is still what it was
    published = log_of(open_workspace(logged.ledger)).statements("edition")[0].statement
    assert published.verify(after.preparer.public)
    assert published.content["edition"]["edition"] == "Q1"
    assert after.statements("key")[0].statement.verify(before.public)
    # the old seed is nowhere any more
    held = {path.read_bytes() for path in (workspace.path / "keys").iterdir()}
    assert before.seed not in held
    assert [row["state"] for row in logged.ask("key", "list")["keys"]] == ["ended", "holds"]


def test_a_revoked_key_signs_no_more_and_is_trusted_no_further_than_told(
    logged: Tongue, tmp_path: Path
) -> None:
    thief = enrolled(logged, tmp_path, "verifier")
    first, second = opine(logged, thief), opine(logged, thief)
    file = next(tmp_path.glob("*verifier.key"))
    back = ("Veritas", "--trusted", first, "--reason", "stolen")
    # else whoever keeps the ledger could take back what others signed in it
    assert refused(logged, "revoke", *back) == "TL134"
    facts = logged.ask("key", "revoke", *back, "--key", file)
    keys = log_of(open_workspace(logged.ledger)).registry

    assert facts["until"] == first + 1
    assert logged.ask("log", "audit", logged.ledger)["disowned"] == [second, facts["index"]]
    assert "were taken back afterwards" in logged.say("log", "audit", logged.ledger)
    assert keys.key(kid(thief.public), first).name == "Veritas"
    for at in (second, second + 2):
        with pytest.raises(TanluError, match="TL132"):
            keys.key(kid(thief.public), at)


def test_a_device_is_enrolled_and_revokes_itself(logged: Tongue, tmp_path: Path) -> None:
    enrolled(logged, tmp_path, "device", "meter-7")
    file = tmp_path / "meter-7-device.key"
    facts = logged.ask("key", "revoke", "meter-7", "--key", file)
    kinds = [each.statement.type for each in log_of(open_workspace(logged.ledger)).statements()]

    assert kinds[-2:] == ["device-enrol", "device-revoke"]
    assert (facts["role"], facts["until"]) == ("device", facts["index"] + 1)


def test_the_last_preparer_is_not_revoked(logged: Tongue) -> None:
    own = logged.ask("key", "list")["keys"][0]["kid"]

    assert refused(logged, "revoke", own) == "TL134"


@pytest.mark.parametrize(
    "change",
    [{"role": "carrier"}, {"name": "Other"}, {"possession": "00" * 64}, {"public": "11" * 32},
     {"public": "11"}, {"role": "king"}, {"name": ""}, {"name": "x" * 201}],
)  # fmt: skip
def test_a_request_that_was_changed_enrols_nobody(
    logged: Tongue, tmp_path: Path, change: dict[str, str]
) -> None:
    _, request = made(logged, tmp_path, "verifier")
    told = json.loads(request.read_text(encoding="utf-8"))
    request.write_text(json.dumps(told | change), encoding="utf-8")

    assert refused(logged, "enrol", request) == "TL134"
    assert len(logged.ask("key", "list")["keys"]) == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"type": 1}', "[" * 3000, "\x00"])
def test_what_is_no_request_is_said(logged: Tongue, tmp_path: Path, text: str) -> None:
    file = tmp_path / "r"
    file.write_text(text, encoding="utf-8")

    assert refused(logged, "enrol", file) == "TL657"


@pytest.mark.parametrize("data", [b"", b"\xd2", b"\x00" * 100_000, b"\xd2\x84" + b"\xff" * 50])
def test_what_is_no_statement_is_not_registered(
    logged: Tongue, tmp_path: Path, data: bytes
) -> None:
    file = tmp_path / "s.cose"
    file.write_bytes(data)
    size = logged.ask("key", "list")["size"]

    assert refused(logged, "register", file) in {"TL113", "TL130"}
    assert logged.ask("key", "list")["size"] == size


def test_one_key_is_enrolled_once(logged: Tongue, tmp_path: Path) -> None:
    file, request = made(logged, tmp_path, "verifier")
    logged.ask("key", "enrol", request)
    key = SigningKey(file.read_bytes())
    told = json.loads(request.read_text(encoding="utf-8"))
    again = registry.possession(key, "carrier", "Carrier")
    other = told | {"role": "carrier", "name": "Carrier", "possession": again.hex()}
    request.write_text(json.dumps(other), encoding="utf-8")

    assert refused(logged, "enrol", request) == "TL134"


@pytest.mark.parametrize(
    ("words", "expect", "code"),
    [
        (("revoke", "nobody"), 2, "TL658"),
        (("rotate", "--key", "none.key", "--new", "n.key"), 1, "TL119"),
        (("rotate", "--key", "none.key"), 2, "TL001"),
        (("enrol", "none.request"), 1, "TL004"),
        (("register", "none.cose"), 1, "TL004"),
    ],
)
def test_what_is_not_there_is_a_sentence_with_a_code(
    logged: Tongue, words: tuple[str, ...], expect: int, code: str
) -> None:
    assert refused(logged, *words, expect=expect) == code


def test_without_a_log_there_are_no_keys(empty: Tongue, tmp_path: Path) -> None:
    # a key can be made anywhere: its owner need not keep a ledger
    assert made(empty, tmp_path, "carrier")[0].exists()
    assert refused(empty, "list") == "TL601"
    open_workspace(empty.ledger, create=True)
    assert refused(empty, "list") == "TL615"


def test_the_roles_of_the_help_are_those_of_the_registry() -> None:
    assert verb.ROLES == registry.ROLES


def test_two_keys_of_one_name_are_named_by_their_identity(logged: Tongue, tmp_path: Path) -> None:
    enrolled(logged, tmp_path, "verifier", "Veritas")
    enrolled(logged, tmp_path, "carrier", "Veritas")
    facts: dict[str, Any] = logged.ask("key", "revoke", "Veritas", expect=2)

    assert facts["error"]["code"] == "TL658"
    kid_ = logged.ask("key", "list")["keys"][2]["kid"]
    assert logged.ask("key", "revoke", kid_.upper())["role"] == "carrier"
