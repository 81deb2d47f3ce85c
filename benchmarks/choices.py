"""The choice of methods held to a known truth: figures, not speed, and what the choice costs."""

from __future__ import annotations

import time
from typing import Any

VEHICLES, DRIVES, SEED = 2_400, 30, 1


def judged() -> dict[str, Any]:
    """Learn from the metered vehicles of the park, judge every method on the others."""
    from tanlu.account import quantify
    from tanlu.account.choose import evaluate, judged, learn
    from tanlu.factors import library
    from tanlu.simulate import telemetry

    legs, truth = telemetry(VEHICLES, SEED, drives=DRIVES)
    kept = library()
    begun = time.process_time()
    *_, last = learn(judged(legs, None, kept))
    learned_s, card = time.process_time() - begun, last.result
    facts = evaluate(judged(legs, card, kept), truth)
    costs = []
    for told in ({}, {"card": card}):
        quantify(legs.head(100), **told)
        begun = time.process_time()
        quantify(legs, **told)
        costs.append(time.process_time() - begun)
    return {
        "legs": facts["legs"],
        "worst": facts["bar"]["choice"],
        "all_bars_hold": facts["bar"]["choice_holds"] and facts["bar"]["coverage_holds"],
        "coverage": facts["coverage"]["coverage"],
        "covered_legs": facts["coverage"]["legs"],
        "classes": {row["key"]: row["coverage"] for row in facts["coverage"]["classes"]},
        "held_out_mae": {name: row["relative_mae"] for name, row in facts["held_out"].items()},
        "held_out_accuracy": {name: row["accuracy"] for name, row in facts["held_out"].items()},
        "choice_accuracy": facts["choice"]["accuracy"],
        "claimed_accuracy": facts["claimed_accuracy"],
        "learn_cpu_s": learned_s,
        "with_card_over_without": costs[1] / costs[0],
        "card": card.sha256,
    }
