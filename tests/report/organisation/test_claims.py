"""Who an emission concerns, and as what."""

from __future__ import annotations

import pytest
from tests.report.organisation.group import boundary, ledger, row

from tanlu.report.organisation.claims import claimed


@pytest.mark.parametrize(
    ("kind", "parties", "expected"),
    [
        ("transport.road", {"operator": "EXPRESS", "payer": "MALL"},
         ("express", "operates", "mall")),
        ("transport.road", {"operator": "EXPRESS", "payer": "EXPRESS"},
         ("express", "operates", None)),
        ("transport.road", {"operator": "STRANGER", "payer": "MALL"}, (None, "receives", "mall")),
        ("transport.road", {"consignor": "MALL", "payer": "STRANGER"}, ("mall", "sends", None)),
        ("packaging.carton", {"operator": "EXPRESS", "payer": "MALL"}, ("mall", "buys", None)),
        ("packaging.carton", {"consignee": "BOXES"}, ("boxes", "buys", None)),
        ("goods.material", {"operator": "MALL", "labels": '{"capital":"yes"}'},
         ("mall", "capitalises", None)),
        ("waste.landfill", {"operator": "MALL", "labels": '{"capital":"yes"}'},
         ("mall", "buys", None)),
        ("product.use", {"consignor": "MALL"}, ("mall", "sells", None)),
        ("energy.fuel", {"consignor": "MALL"}, (None, "sends", None)),
        # a bill that names no operator is of the one who pays it; a haul is bought from someone
        ("energy.electricity", {"payer": "MALL"}, ("mall", "operates", None)),
        ("energy.electricity", {"operator": "STRANGER", "payer": "MALL"},
         (None, "receives", "mall")),
        ("transport.road", {"payer": "MALL"}, (None, "receives", "mall")),
    ],
)  # fmt: skip
def test_the_claims_follow_from_the_parties(
    kind: str, parties: dict[str, str], expected: tuple[str | None, ...]
) -> None:
    book = ledger([row(1, kind, "ttw", 1, **parties)])
    made = claimed(book.scan("emission"), boundary()).collect()

    assert made.select("_one", "_one_as", "_two").row(0) == expected


def test_a_place_of_departure_makes_no_site_of_a_haul() -> None:
    book = ledger([{**row(1, "transport.road", "ttw", 1), "place": "PK-1"}])

    assert claimed(book.scan("emission"), boundary()).collect()["_one"].to_list() == [None]
