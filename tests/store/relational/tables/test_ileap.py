"""Activity data for partners: what is for all, what is for one, and nothing of other tenants."""

from __future__ import annotations

from pathlib import Path

from tanlu.store.relational import open_state
from tanlu.store.relational.tables import ileap


def test_a_partner_reads_what_is_for_all_and_what_is_for_him(tmp_path: Path) -> None:
    state = open_state(tmp_path / "state.db")
    with state.of("home") as mine:
        mine.add(ileap.TADS, *({"id": name, "place": place, "content": "{}"}
                               for place, name in enumerate("abc")))  # fmt: skip
        mine.add(ileap.READERS, {"id": "b", "reader": "x"}, {"id": "c", "reader": "y"})
    with state.of("other") as others:
        # a reader of the same name elsewhere opens nothing here
        others.add(ileap.READERS, {"id": "a", "reader": "z"}, {"id": "c", "reader": "x"})
        assert others.rows(ileap.TADS) == []
    with state.of("home") as mine:
        seen = {who: [row["id"] for row in mine.rows(ileap.TADS, ileap.read_by(who))]
                for who in ("x", "y", "z")}  # fmt: skip
    state.close()

    assert seen == {"x": ["a", "b"], "y": ["a", "c"], "z": ["a"]}
