"""A log's files are given, and nothing beside them."""

from __future__ import annotations

import pytest

from tanlu.serve import LogFiles, Server
from tanlu.store.witness import fetch
from tests.logs import SmallLog


@pytest.fixture
def log(tmp_path):
    made = SmallLog(tmp_path / "log")
    made.publish([b"entry %d" % n for n in range(300)])
    made.folder.parent.joinpath("keys").write_bytes(b"secret")
    made.folder.joinpath("keys").write_bytes(b"secret")
    return made


@pytest.mark.parametrize(
    "path",
    ["checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000"],
)
def test_each_file_is_given_as_it_is(log, path) -> None:
    answer = LogFiles(log.folder).answer("GET", f"/{path}", b"")

    assert (answer.status, answer.body) == (200, log.folder.joinpath(path).read_bytes())


def test_a_checkpoint_is_kept_for_seconds_and_a_tile_for_ever(log) -> None:
    files = LogFiles(log.folder)

    assert files.answer("GET", "/checkpoint", b"").media == "text/plain; charset=utf-8"
    assert files.answer("GET", "/checkpoint", b"").cache == "public, max-age=1"
    assert "immutable" in files.answer("GET", "/tile/0/000", b"").cache
    assert files.answer("GET", "/tile/0/000", b"").media == "application/octet-stream"


@pytest.mark.parametrize(
    "path",
    ["/", "/keys", "/../keys", "/tile/../keys", "/tile/0/../../keys", "/tile/0/002", "/tile/0/1",
     "/tile/00/000", "//checkpoint", "/checkpoint/", "/tile/0/000/", "/tile/0/000.p/256",
     "/tile/64/000", "/tile", "/%2e%2e/keys", "/tile/0/000\x00"],
)  # fmt: skip
def test_nothing_else_is_found(log, path) -> None:
    assert LogFiles(log.folder).answer("GET", path, b"").status == 404


def test_nothing_is_taken(log) -> None:
    assert LogFiles(log.folder).answer("POST", "/checkpoint", b"x").status == 405


def test_a_file_that_cannot_be_read_says_nothing_of_the_machine(log) -> None:
    too_long = "/tile/0/" + "x000/" * 6 + "000"

    assert LogFiles(log.folder).answer("GET", too_long, b"").status == 404
    log.folder.joinpath("checkpoint").unlink()
    log.folder.joinpath("checkpoint").symlink_to("checkpoint")
    answer = LogFiles(log.folder).answer("GET", "/checkpoint", b"")
    assert (answer.status, str(log.folder) in answer.body.decode()) == (500, False)


def test_the_files_come_over_the_web_as_they_lie(log) -> None:
    with Server(LogFiles(log.folder)) as server:
        for path in ("checkpoint", "tile/0/001.p/44", "tile/entries/001.p/44"):
            assert fetch(server.url, path, max_bytes=10**6) == (log.folder / path).read_bytes()
        assert fetch(server.url, "tile/0/777", max_bytes=10**6) is None
