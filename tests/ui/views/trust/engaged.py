"""An engagement in the log of a ledger, stated with a verifier's key as ``tanlu audit`` does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tanlu.store.log import begin_log
from tanlu.terms.proof import keys, registry
from tanlu.verify.assurance import Trail, engagement, population, risks, sized, strategic

NAME = "park-2026"
MATERIALITY_PPM = 100_000


class Engaged:
    """The plan of an engagement; `draw` states its sample and gives the records of it."""

    def __init__(self, workspace: Any) -> None:
        log, self.key = begin_log(workspace), keys.SigningKey.new()
        told = {"step": "enrol", "public": self.key.public, "role": "verifier", "name": "Careful"}
        told["possession"] = registry.possession(self.key, "verifier", "Careful")
        log.state("key", "Careful", told)
        terms = engagement.Engagement(
            id=NAME, client="Park", verifier="Careful", criteria=("ISO 14083:2023",),
            scope="iso14083", boundary="WTW", period="2026", profile="iso14083", basis="location",
            materiality_ppm=MATERIALITY_PPM,
        )  # fmt: skip
        found = population(workspace, terms)
        power = sized(
            found.units["size"], tolerable_ppm=MATERIALITY_PPM, expected_ppm=10_000,
            confidence_ppm=950_000, draws=50,
        )  # fmt: skip
        self.trail = Trail(workspace, log, NAME)
        register = risks.proposed(strategic(found))
        _, self.nonce = self.trail.plan(terms, found, register, power, self.key)

    def draw(self, desk: Path) -> set[str]:
        """State the sample and give the identities of what was drawn."""
        _, both, _ = self.trail.sample(self.nonce, desk, self.key)
        return {row for each in both.forward for row in each.drawn.rows["id"]}
