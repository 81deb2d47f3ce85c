"""Access as one object."""

from __future__ import annotations

from tanlu.serve.access import Access


def test_slips_are_counted_for_each_server_by_itself(home):
    assert Access(home).brakes is not Access(home).brakes
