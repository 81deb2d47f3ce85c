"""The desk of these tests."""

from tests.desk import desk  # noqa: F401 - a fixture
