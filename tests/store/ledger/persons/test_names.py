from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.store.ledger.persons import names

SECRET = b"s" * 32


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "keys").mkdir()
    names.begin(tmp_path)
    return tmp_path


def test_a_text_keeps_the_pseudonym_that_was_drawn_for_it(folder) -> None:
    first = names.named(folder, SECRET, ["a", "b"])

    assert names.named(folder, SECRET, ["b", "c"])["b"] == first["b"]
    assert names.known(folder, SECRET, "a") == first["a"]
    assert first["a"].startswith("p:")
    assert len(first["a"]) == 34


def test_two_workspaces_with_one_secret_draw_different_ones(tmp_path) -> None:
    for name in ("x", "y"):
        (tmp_path / name / "keys").mkdir(parents=True)
        names.begin(tmp_path / name)
    found = {names.named(tmp_path / name, SECRET, ["a"])["a"] for name in ("x", "y")}

    assert len(found) == 2


def test_a_forgotten_one_is_never_found_again(folder) -> None:
    old = names.named(folder, SECRET, ["a", "b"])
    names.forget(folder, old["a"])
    names.forget(folder, old["a"])

    assert names.known(folder, SECRET, "a") is None
    assert names.known(folder, SECRET, "b") == old["b"]
    assert bytes.fromhex(old["a"][2:]) not in (folder / names.FILE).read_bytes()
    assert names.named(folder, SECRET, ["a"])["a"] != old["a"]


def test_the_file_holds_no_text_and_only_its_owner_reads_it(folder) -> None:
    names.named(folder, SECRET, ["沪A10001"])

    assert "沪A10001".encode() not in (folder / names.FILE).read_bytes()
    assert (folder / names.FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("at", [0, 19, 20, 40, 52, 59])
def test_a_changed_byte_is_noticed(folder, at) -> None:
    names.named(folder, SECRET, ["a"])
    raw = bytearray((folder / names.FILE).read_bytes())
    raw[at] ^= 1
    (folder / names.FILE).write_bytes(raw)

    with pytest.raises(TanluError, match="TL603"):
        names.read(folder)


def test_a_file_that_is_gone_is_noticed(folder) -> None:
    (folder / names.FILE).unlink()

    with pytest.raises(TanluError, match="TL603"):
        names.read(folder)
