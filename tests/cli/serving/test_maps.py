"""tanlu map."""

from __future__ import annotations

from tanlu.store import open_workspace
from tests.cli.books import Tongue
from tests.serve.maps.test_checking import SQUARE, geojson


def test_a_map_is_added_shown_and_removed(empty: Tongue, tmp_path) -> None:
    open_workspace(empty.ledger, create=True)
    file = tmp_path / "lines.geojson"
    file.write_bytes(geojson(SQUARE))

    told = empty.ask("map", "add", str(file), "--approval", "GS(2026)0001号")
    assert (told["lines"], told["approval"]) == (1, "GS(2026)0001号")
    assert "GS(2026)0001号" in empty.say("map", "show", language="zh")
    assert empty.ask("map", "remove") == {"removed": True}
    assert empty.ask("map", "show") == {"approval": None}
