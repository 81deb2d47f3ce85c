"""A small ledger with its log, a shipment of it, and its proof."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tanlu.share.exchange.ileap import Company, exchanged
from tanlu.share.exchange.untp import Issue, Proved, Signer, ed25519
from tanlu.store import disclose, open_workspace
from tanlu.store.log import begin_log, log_of
from tanlu.verify.offline import check_disclosure
from tests.serving import books

COMPANY = Company("Tanlu Express", ("urn:epc:id:sgln:4063973.00000.8",))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Owner:
    """Who owns a ledger with a log: gives issues of its shipments, and the prover of a reader."""

    def __init__(self, path: Path) -> None:
        self.workspace = open_workspace(path)
        begin_log(self.workspace)
        self.log = log_of(self.workspace)
        list(self.log.catch_up())
        self.log.checkpoint()
        self.footprints = exchanged(self.workspace, COMPANY, now=NOW).footprints

    @property
    def signer(self) -> Signer:
        return ed25519(self.log.preparer)

    def shipment(self, place: int = 0) -> dict[str, Any]:
        return [each for each in self.footprints if "tces" in each["extensions"][0]["data"]][place]

    def proof(self, place: int = 0, groups: tuple[str, ...] = ("result", "activity")) -> bytes:
        name = self.shipment(place)["extensions"][0]["data"]["shipmentId"]
        return disclose(self.workspace, self.log, name, groups, profile="iso14083")

    def issue(self, place: int = 0, **more: Any) -> Issue:
        told = {"proof": self.proof(place), **more}
        return Issue(self.shipment(place), "Tanlu Express", NOW, NOW + timedelta(days=365), **told)

    def prover(self) -> Callable[[bytes, bytes | None], Proved]:
        policy = self.log.policy_text

        def prove(data: bytes, public: bytes | None) -> Proved:
            found = check_disclosure(data, policy, public=public)
            rows = [row for part in found.shown for row in part.rows]
            return Proved(found.subject, found.proved, rows)

        return prove


@pytest.fixture(scope="package")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Owner:
    return Owner(books(tmp_path_factory.mktemp("untp"), orders=40))
