"""A server of PostgreSQL for the tests, where one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

BINARIES = Path("/usr/lib/postgresql")


@pytest.fixture(scope="session")
def postgres_server():
    """The URL of an empty server on a socket of its own; the tests skip loudly without one."""
    found = sorted(BINARIES.glob("*/bin/initdb"))
    if not found:
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


@pytest.fixture
def postgres(postgres_server):
    """The URL of that server, with nothing in its search tables."""
    from sqlalchemy import create_engine

    from tanlu.store.relational.tables.search import DERIVED

    yield postgres_server
    engine = create_engine(postgres_server.replace("postgresql://", "postgresql+psycopg://"))
    DERIVED.drop_all(engine)
    engine.dispose()
