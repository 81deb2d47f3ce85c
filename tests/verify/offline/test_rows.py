"""What holds is what neither a later retraction nor a correction hides; sums are of these alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tanlu.errors import TanluError
from tanlu.verify.offline.manifest import Total
from tanlu.verify.offline.report import Book
from tanlu.verify.offline.rows import COLUMNS, Table, held, plausible, summed, types


def table(name: str, *parts: tuple[int, list[dict[str, Any]]]) -> Table:
    made = Table(name)
    for version, rows in parts:
        made.add(version, {column: [row.get(column) for row in rows] for column in COLUMNS[name]})
    return made


def activity(name: str, **more: Any) -> dict[str, Any]:
    return {"activity_id": name, "start": 10} | more


def emission(name: str, **more: Any) -> dict[str, Any]:
    return {
        "emission_id": name, "activity_id": name[0], "profile": "p", "boundary": "ttw",
        "basis": "none", "start": 10, "end": 20, "co2e_ug": 5, "lower_ug": 4, "upper_ug": 6,
        "gwp_set": "AR6", "method": "intensity",
    } | more  # fmt: skip


def stand(
    activities: list[tuple[int, list[Any]]],
    emissions: list[tuple[int, list[Any]]],
    retractions: list[tuple[int, list[Any]]] | None = None,
) -> Any:
    tables = {
        "activity": table("activity", *activities), "emission": table("emission", *emissions),
        "retraction": table("retraction", *(retractions or [])), "finding": table("finding"),
    }  # fmt: skip
    book = Book()
    found = held(tables, SimpleNamespace(start_us=0, end_us=100), book)
    return SimpleNamespace(rows=found, codes=sorted(book.counts))


def test_a_correction_takes_the_emissions_of_what_it_replaces_along() -> None:
    found = stand(
        [(1, [activity("a"), activity("b")]), (3, [activity("c", supersedes="a")])],
        [(2, [emission("a1"), emission("b1"), emission("b2", share_of="a")])],
    ).rows

    assert (set(found.activities), set(found.emissions)) == ({"b", "c"}, {"b1"})


def test_a_retraction_hides_what_was_written_before_it_and_not_after() -> None:
    gone = (3, [{"of": "emission", "key": "emission_id", "id": "a1"},
                {"of": "emission", "key": "activity_id", "id": "b"},
                {"of": "activity", "key": "start", "id": "c"}])  # fmt: skip
    found = stand(
        [(1, [activity("a"), activity("b"), activity("c")])],
        [(2, [emission("a1"), emission("b1")]), (4, [emission("a1", co2e_ug=6)])],
        [gone],
    ).rows

    assert set(found.activities) == {"a", "b", "c"}
    assert {name: found.emission.row(at)["co2e_ug"] for name, at in found.emissions.items()} == {
        "a1": 6
    }


def test_one_identity_has_one_row() -> None:
    assert stand([], [(1, [emission("a1")]), (2, [emission("a1")])]).codes == ["TL728"]


def test_totals_are_by_profile_set_boundary_and_basis_and_of_the_period() -> None:
    big = 2**62
    rows = [
        emission("a1", co2e_ug=big), emission("b1", co2e_ug=big),
        emission("c1", basis="location"), emission("d1", start=100), emission("e1", start=-1),
    ]  # fmt: skip

    assert summed(stand([], [(1, rows)]).rows) == [
        Total("p", "AR6", "ttw", "location", 1, 5), Total("p", "AR6", "ttw", "none", 2, 2 * big),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "odd"),
    [
        ({}, 0),
        ({"lower_ug": 6}, 1),
        ({"upper_ug": 4}, 1),
        ({"end": 9}, 1),
        ({"co2e_ug": 1000, "upper_ug": 2000, "co2_fossil_ug": 1000}, 0),
        ({"co2e_ug": 2 * 10**6, "upper_ug": 10**7, "co2_fossil_ug": 10**6}, 1),
        # CH4 of fossil origin counts 29.8 under AR6 (IPCC 2021, table 7.15)
        ({"co2e_ug": 29_800_000, "upper_ug": 10**8, "ch4_fossil_ug": 10**6}, 0),
        ({"co2e_ug": 28_000_000, "upper_ug": 10**8, "ch4_fossil_ug": 10**6}, 1),
        ({"co2e_ug": 10**6, "upper_ug": 10**7, "co2e_unsplit_ug": 10**6, "co2_bio_ug": 9}, 0),
        ({"gas": "R-134a", "gas_ug": 10**6, "co2e_ug": 1_530_000_000, "upper_ug": 10**10}, 0),
        ({"gas": "R-134a", "gas_ug": 10**6, "co2e_ug": 1_430_000_000, "upper_ug": 10**10}, 1),
        ({"gas": "nobody's gas", "gas_ug": 10**6}, 0),
    ],
)
def test_what_is_not_plausible_is_named(more: dict[str, Any], odd: int) -> None:
    found = list(plausible(stand([], [(1, [emission("a1", **more)])]).rows))

    assert [each.code for each in found] == ["TL730"] * odd


def test_a_row_lacks_nothing_that_every_row_has() -> None:
    for row in (emission("a1", co2e_ug=None), emission("a1", start=None)):
        with pytest.raises(TanluError, match="TL720"):
            table("emission", (1, [row]))


def test_types_are_those_of_the_schema() -> None:
    assert types("emission")["co2e_ug"] == "int64"
    assert types("quarantine") == {}
