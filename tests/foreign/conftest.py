"""A log of ours, and what it claims."""

from __future__ import annotations

import pytest

from tests.foreign import cases


@pytest.fixture(scope="session")
def log(tmp_path_factory):
    return cases.log_in(tmp_path_factory.mktemp("foreign") / "log")


@pytest.fixture(scope="session")
def claims(log):
    return cases.claims(log)


@pytest.fixture(scope="session")
def falsified(claims):
    return cases.falsified(claims)
