"""Go's own checksum-database client accepts our log and refuses it falsified."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.foreign import cases

pytestmark = pytest.mark.slow
KINDS = ("note", "inclusions", "consistencies")


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> str:
    go = cases.needed("go")
    source = Path(__file__).with_name("client.go")
    folder = tmp_path_factory.mktemp("go")
    if not Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog").is_dir():
        cases.absent("golang-golang-x-mod-dev")
    # packages of Debian, no module proxy and no network
    env = {
        **os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "",
        "GOCACHE": str(folder / "cache"), "CGO_ENABLED": "0",
    }  # fmt: skip
    subprocess.run([go, "build", "-o", folder / "client", source], env=env, check=True, timeout=300)
    return str(folder / "client")


def test_every_claim_is_accepted(client, claims) -> None:
    assert cases.asked([client], claims) == {
        "note": True, "inclusions": [True] * 8, "consistencies": [True] * 8,
    }  # fmt: skip


def test_every_falsehood_is_refused(client, claims, falsified) -> None:
    for name, (told, kind) in falsified.items():
        said = cases.asked([client], told)
        for each in KINDS:
            verdicts = said[each] if isinstance(said[each], list) else [said[each]]
            # without a signed note nothing else is believed
            wanted = kind not in (each, "note")
            assert (name, each, set(verdicts)) == (name, each, {wanted})


def test_every_entry_is_authenticated_through_tiles(client, log) -> None:
    done = subprocess.run(
        [client, log.folder, log.vkey], capture_output=True, text=True, check=True, timeout=120
    )

    assert done.stdout == f"{cases.SIZE}\n"


@pytest.mark.parametrize(
    "path", ["checkpoint", "tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/001"]
)
def test_a_changed_byte_in_any_file_is_found(client, log, tmp_path, path) -> None:
    folder = tmp_path / "log"
    shutil.copytree(log.folder, folder)
    raw = bytearray((folder / path).read_bytes())
    raw[40] ^= 1
    (folder / path).write_bytes(raw)
    done = subprocess.run([client, folder, log.vkey], capture_output=True, timeout=120, check=False)

    assert done.returncode == 1
