"""PostgreSQL with empty search tables, where a server of it is installed."""

from __future__ import annotations

import pytest


@pytest.fixture
def postgres(postgres_server):
    """The URL of that server, with nothing in its search tables."""
    from sqlalchemy import create_engine

    from tanlu.store.relational.tables.search import DERIVED

    yield postgres_server
    engine = create_engine(postgres_server.replace("postgresql://", "postgresql+psycopg://"))
    DERIVED.drop_all(engine)
    engine.dispose()
