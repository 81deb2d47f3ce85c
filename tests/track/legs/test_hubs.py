"""Hubs are inferred where a thing changes vehicle, and nowhere else."""

from tanlu.track.legs import legs
from tests.track.legs.made import HOUR, START, events, leg, moves, node, scan

A, B, C = (52.0, 13.0), (52.0, 14.0), (52.0, 15.0)
T = [START + k * HOUR for k in range(8)]


def kinds(mode: str, kind: str, terminal: str | None, mass: int | None = 10**9):
    moved, fixes = moves(
        [leg("d", 1, "truck", (A, B), (T[0], T[2])), leg("d", 3, mode, (B, C), (T[4], T[6]))],
        [node("d", 1, (T[2], T[4]), B, kind=kind, terminal=terminal)],
    )
    table = events(scan("waybill:1", "d", T[0] - HOUR, "add", mass_mg=mass))
    found = legs(moved, fixes, events=table).activities
    return [each for each in found["kind"] if each.startswith("hub.")]


def test_a_terminal_at_a_port_works_with_containers_and_others_tranship():
    assert kinds("sea", "transfer", "port") == ["hub.container"]
    assert kinds("train", "transfer", "rail") == ["hub.transshipment"]


def test_a_stop_is_no_hub():
    assert kinds("truck", "stop", None) == []


def test_a_change_of_gauge_is_one():
    assert kinds("truck", "gauge", "rail") == ["hub.transshipment"]


def test_without_mass_there_is_none():
    assert kinds("train", "transfer", "rail", None) == []
