"""Fixtures for all rooms."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.cli.books import Tongue

# a law is true or false; how fast a loaded machine finds out is the bench's question
settings.register_profile("tanlu", deadline=None)
settings.register_profile("ci", deadline=None)
settings.register_profile("soak", deadline=None, max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "tanlu"))

ROOT = Path(__file__).resolve().parent.parent
BINARIES = Path("/usr/lib/postgresql")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of outside test data beside the checkout; the test skips loudly without it."""
    for place in (ROOT.parent / "shared", ROOT.parent.parent / "shared"):
        if (place / "data").is_dir():
            return place
    pytest.skip("SHARED DATA ABSENT: ../shared/data is not beside this checkout")


@pytest.fixture(scope="session")
def network_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quantified ledger of a small simulated network; to be read, or copied before a change."""
    from tests.serving import books

    return books(tmp_path_factory.mktemp("network"))


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tongue:
    """A folder that is no ledger yet."""
    from tests.cli.books import Tongue

    return Tongue(tmp_path / "books", capsys)


@pytest.fixture(scope="session")
def quantified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the books and of what they were read from; to be copied."""
    from tanlu.cli import main
    from tests.cli.books import files

    folder = tmp_path_factory.mktemp("quantified")
    file, mapping = files(folder / "in")
    for words in (["read", str(file), "--map", str(mapping)], ["quantify"]):
        with contextlib.redirect_stdout(io.StringIO()):
            assert main([*words, "--ledger", str(folder / "books"), "--json"]) == 0
    return folder


@pytest.fixture
def books(spoken: Tongue) -> Tongue:
    """The books of most tests; where others are called so, these are still ``spoken``."""
    return spoken


@pytest.fixture
def spoken(empty: Tongue, tmp_path: Path, quantified: Path) -> Tongue:
    """A ledger with four lines read, of which one is quarantined and one has no distance."""
    shutil.copytree(quantified, tmp_path, dirs_exist_ok=True)
    return empty


@pytest.fixture(scope="session")
def shared_home(network_books: Path, tmp_path_factory: pytest.TempPathFactory):
    """The home of all tests that change nothing, with the index of its shipments."""
    from tanlu.serve.application import application
    from tests import serving

    made = serving.home(network_books, tmp_path_factory.mktemp("shared"))
    serving.index(made)
    # the first application over a home keeps a key of its own in it
    application(made)
    yield made
    made.close()


@pytest.fixture
def home(request: pytest.FixtureRequest, network_books: Path, tmp_path: Path):
    """The home of a server with a copy of that ledger, and a second organisation ``other``.

    Tests marked ``reads`` share one, with all that was computed of it, and are held to it.
    """
    from tests import serving

    if request.node.get_closest_marker("reads"):
        made = request.getfixturevalue("shared_home")
        before = serving.held(made)
        yield made
        assert serving.held(made) == before, "a test that reads has changed the home"
        return
    made = serving.home(network_books, tmp_path)
    yield made
    made.close()


@pytest.fixture
def app(home):
    """The application over that home, with all its rooms, cookies and tokens."""
    from tanlu.serve.application import application

    return application(home)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of an empty server on a socket of its own; the tests skip loudly without one."""
    found = sorted(BINARIES.glob("*/bin/initdb"))
    if not found:
        assert not os.environ.get("TANLU_PROVISIONED"), "tools/house/provision brings PostgreSQL"
        pytest.skip("POSTGRESQL ABSENT: there is no initdb in /usr/lib/postgresql")
    tools = found[-1].parent
    # it refuses root, and its folder must be short enough for a socket
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    runs = []
    if os.geteuid() == 0:
        runs = ["runuser", "-u", "nobody", "--"]
        shutil.chown(folder, "nobody")

    def tell(tool: str, *words: str) -> None:
        told = [*runs, str(tools / tool), "-D", str(folder / "data"), *words]
        subprocess.run(told, check=True, stdout=subprocess.DEVNULL, cwd="/")

    try:
        tell("initdb", "-U", "tanlu", "-A", "trust", "-E", "UTF8")
        options = f"-k {folder} -h ''"
        tell("pg_ctl", "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield f"postgresql://tanlu@/postgres?host={folder}"
        finally:
            tell("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
