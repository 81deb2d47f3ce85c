"""A thing is in a box from the add to the delete."""

from __future__ import annotations

from examples.trace import order
from hypothesis import given
from hypothesis import strategies as st

from tanlu.store import open_workspace
from tanlu.track.trace.custody import holding, intervals


def spells(*steps: tuple[float, str]) -> list[tuple[float | None, float | None]]:
    rows = [(f"e{n}", day, "aggregation", action, "child", "item:1", "box:1", None)
            for n, (day, action) in enumerate(steps)]  # fmt: skip
    found = intervals(order.events(tuple(rows)))
    return [
        tuple(None if at is None else (at - order.BEGIN) / order.DAY for at in row)
        for row in found.select("since", "until").iter_rows()
    ]  # type: ignore[return-value]


def test_from_add_to_delete_and_again() -> None:
    steps = ((1.0, "add"), (2.0, "delete"), (3.0, "add"))

    assert spells(*steps) == [(1.0, 2.0), (3.0, None)]


def test_what_is_seen_inside_is_inside() -> None:
    assert spells((1.0, "observe"), (2.0, "add"), (3.0, "delete")) == [(1.0, 3.0)]


def test_what_only_came_out_was_in_since_nobody_knows_when() -> None:
    assert spells((2.0, "delete"), (4.0, "add")) == [(None, 2.0), (4.0, None)]


def test_in_and_out_at_one_instant_is_no_stay() -> None:
    assert spells((1.0, "add"), (1.0, "delete")) == []
    assert spells((1.0, "add"), (2.0, "delete"), (2.0, "add"), (3.0, "delete")) == [(1.0, 3.0)]


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.sampled_from(["add", "observe", "delete"])), min_size=1
    )
)
def test_the_intervals_are_those_of_walking_through_the_events(steps) -> None:
    ways = {(day, action == "delete") for day, action in steps}
    both = {day for day, out in ways if (day, not out) in ways}
    ordered = sorted(step for step in steps if step[0] not in both)
    walked: list[tuple[float | None, float | None]] = []
    since: float | None = None
    inside = out_before = False
    for day, action in ordered:
        if action != "delete" and not inside:
            inside, since = True, float(day)
        elif action == "delete" and inside:
            walked.append((since, float(day)))
            inside, out_before = False, True
        elif action == "delete" and not walked and not out_before:
            walked.append((None, float(day)))
            out_before = True
    if inside:
        walked.append((since, None))

    assert walked == spells(*((float(day), action) for day, action in steps))


def test_a_delete_that_names_no_child_lets_all_out(ledger) -> None:
    (row,) = holding(ledger, "subject", [order.ORDER], None).iter_rows(named=True)

    assert row["carrier"] == "box:B1"
    assert round((row["until"] - order.BEGIN) / order.DAY, 3) == 23.7


def test_a_carrier_emptied_before_a_thing_went_in_never_held_it_then(tmp_path) -> None:
    kind, box, mine = "aggregation", "grai:B", "waybill:ME"
    rows = (
        ("p1", 1.0, kind, "add", "child", "waybill:OTHER", box, None),
        ("u1", 5.0, kind, "delete", "parent", box, None, None),
        ("p2", 10.0, kind, "add", "child", mine, box, None),
        # sensors taken off a box leave in it what is in it
        ("s1", 11.0, "association", "delete", "parent", box, None, None),
        ("s2", 11.5, "association", "delete", "child", mine, box, None),
        ("u2", 12.0, kind, "delete", "parent", box, None, None),
    )
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("event", order.events(rows))
    held = holding(workspace, "subject", [mine], None).drop_nulls().select("since", "until").rows()

    assert [tuple((at - order.BEGIN) / order.DAY for at in row) for row in held] == [(10, 12)]
