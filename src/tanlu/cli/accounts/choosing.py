"""tanlu account: learn from measured drives, and see which method holds for a leg and why."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.following import follow_log
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.account.choose import Card

NONE = "none"
# too few measured legs of a class to learn from, or to calibrate anything
FEW = "TL536"
WITH_FINDINGS = 3
# of the evaluation; 2,400 vehicles of 30 drives each
VEHICLES, DRIVES, SEED = 2_400, 30, 1


def declare(add: Add, console: Console) -> None:
    """Declare the verbs."""

    def action(name: str, run: Any) -> argparse.ArgumentParser:
        made = add(name, f"account_{name}")
        made.set_defaults(run=run)
        return made

    choosing = action("choose", choose)
    choosing.add_argument("subject", nargs="?", help=console.word("subject"))
    choosing.add_argument("--evaluate", action="store_true", help=console.word("evaluate"))
    for name, value in (("vehicles", VEHICLES), ("drives", DRIVES), ("seed", SEED)):
        choosing.add_argument(
            f"--{name}", type=int, default=value, help=console.word(f"evaluate_{name}")
        )
    learning = action("learn", learn)
    learning.add_argument("--dry-run", action="store_true", help=console.word("learn_dry_run"))
    action("card", card)
    adopting = action("adopt", adopt)
    adopting.add_argument("card", help=console.word("adopt_card"))


def choose(asked: argparse.Namespace, console: Console) -> int:
    """Explain the choice for a subject, or hold all methods to a known truth."""
    if asked.evaluate:
        return _evaluate(asked, console)
    if asked.subject is None:
        raise TanluError("TL001", value="tanlu account choose SUBJECT | --evaluate")
    from tanlu.account.choose import card_of_ledger
    from tanlu.account.choose import choose as chosen
    from tanlu.factors.packs import library_of
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    held = card_of_ledger(workspace)
    legs = chosen(workspace, asked.subject, card=held, library=library_of(workspace))
    for leg in legs:
        console.tell(f"{leg['activity_id']}  {leg['key']}")
        for row in leg["methods"]:
            _tell_method(row, leg, console)
    texts = [
        {**leg, "methods": [{k: str(v) if k.endswith("_j") and v is not None else v
                             for k, v in row.items()} for row in leg["methods"]]}
        for leg in legs
    ]  # fmt: skip
    console.result({"card": held.sha256 if held else None, "legs": texts})
    return 0


def _tell_method(row: dict[str, Any], leg: dict[str, Any], console: Console) -> None:
    mark = "→" if row["method"] == leg["chosen"] else " "
    name = console.word(f"method_{row['method']}")
    if row["energy_j"] is None:
        console.tell(f" {mark} {name}: {row['why']}")
        return
    ends = (f"{(row[end] or 0) / 1e6:,.1f}" for end in ("energy_j", "low_j", "high_j"))
    energy, low, high = ends
    error = "?" if row["error_ppm"] is None else f"{row['error_ppm'] / 1e4:.1f}"
    said = console.word("method_said", energy=energy, low=low, high=high, error=error)
    console.tell(f" {mark} {name}: {said}" + (f" ({row['why']})" if row["why"] else ""))


def learn(asked: argparse.Namespace, console: Console) -> int:
    """Learn from the measured drives of the ledger; publish and adopt the card."""
    from tanlu.account.choose import adopt_card, card_hash, drives_of_ledger
    from tanlu.account.choose import learn as learned
    from tanlu.factors.packs import library_of
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    before = card_hash(workspace)
    made: Card = console.follow(learned(drives_of_ledger(workspace, library_of(workspace))))
    _tell_card(made, console)
    facts = _facts(made) | {"before": before}
    if asked.dry_run:
        console.say("learn_dry")
    elif all((each["refused"] or {}).get("code") == FEW for each in made.content["classes"]):
        # a card that knows nothing of any class would change nothing but the pins
        console.say("learn_nothing")
        console.result(facts)
        return WITH_FINDINGS
    else:
        facts["version"] = adopt_card(workspace, made, why="learn")
        _announce(before, made, facts["version"], console)
    console.result(facts)
    return 0


def card(asked: argparse.Namespace, console: Console) -> int:
    """Show the card that the ledger uses."""
    from tanlu.account.choose import card_of_ledger
    from tanlu.store import open_workspace

    held = card_of_ledger(open_workspace(asked.ledger))
    if held is None:
        console.say("no_card")
        console.result({"card": None})
        return 0
    _tell_card(held, console)
    console.result(_facts(held))
    return 0


def adopt(asked: argparse.Namespace, console: Console) -> int:
    """Let the ledger use a card from its originals or a file, or none."""
    from tanlu.account.choose import adopt_card, card_hash, read_card
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    before, wanted = card_hash(workspace), Path(asked.card)
    made = None
    if asked.card != NONE:
        file = wanted if wanted.is_file() else workspace.originals.get(asked.card)
        made = read_card(file.read_bytes())
    version = adopt_card(workspace, made, why=f"adopt {asked.card}")
    _announce(before, made, version, console)
    follow_log(workspace, console)
    told = {"before": before, "card": made.sha256 if made else None}
    console.result({"version": version, **told})
    return 0


def _announce(before: str | None, now: Card | None, version: int, console: Console) -> None:
    old, new = (before or NONE)[:12], now.sha256[:12] if now else NONE
    console.say("card_adopted", old=old, new=new, version=version)


def _facts(made: Card) -> dict[str, Any]:
    """Give a card without its trees."""
    classes = [{k: v for k, v in each.items() if k != "models"} for each in made.content["classes"]]
    return {"card": made.sha256, **made.content, "classes": classes}


def _tell_card(made: Card, console: Console) -> None:
    data = made.content["data"]
    console.say("card_of", name=made.sha256[:12], legs=data["legs"], vehicles=data["vehicles"])
    for each in made.content["classes"]:
        figures = {m: f"{f['mae_ppm'] / 1e4:.1f}" for m, f in each["methods"].items()}
        told = {"model": each["key"], "legs": each["legs"], "vehicles": each["vehicles"],
                "faulty": each["left_out"]["vehicles"]}  # fmt: skip
        if each["refused"]:
            word = "class_few" if each["refused"]["code"] == FEW else "class_refused"
            console.say(word, code=each["refused"]["code"], learned=figures.get("learned", "?"),
                        curve=figures.get("class", "?"), **told)  # fmt: skip
        else:
            console.say("class_learned", learned=figures["learned"], curve=figures["class"],
                        physics=figures["physics"],
                        scaled=figures["scaled"], **told)  # fmt: skip


def _evaluate(asked: argparse.Namespace, console: Console) -> int:
    """Make drives with a hidden truth, learn from the metered ones, judge every method."""
    from tanlu.account.choose import evaluate, judged
    from tanlu.account.choose import learn as learned
    from tanlu.factors import library
    from tanlu.simulate import telemetry

    legs, truth = telemetry(asked.vehicles, asked.seed, drives=asked.drives)
    kept = library()
    made: Card = console.follow(learned(judged(legs, None, kept)))
    facts = evaluate(judged(legs, made, kept), truth)
    console.say("evaluated", legs=facts["legs"], vehicles=facts["vehicles"])
    _tell_figures("all_legs", facts["methods"] | {"chosen": facts["choice"]}, console)
    _tell_figures("held_out", facts["held_out"] | {"chosen": facts["choice_held_out"]}, console)
    covered = facts["coverage"]
    console.say("coverage", legs=f"{covered['legs']:,}", share=_percent(covered["coverage"]))
    for row in covered["classes"]:
        console.tell(f"  {row['key']}: {row['coverage'] * 100:.2f} %, n = {row['legs']:,}")
    bar = facts["bar"]
    console.say("choice_bar", ratio="–" if bar["choice"] is None else f"{bar['choice']:.4f}")
    console.say("claimed", claimed=f"{facts['claimed_accuracy'] * 100:g}")
    holds = bar["choice_holds"] and bar["coverage_holds"]
    console.say("bars_hold" if holds else "bars_fail")
    console.result({"card": made.sha256, "seed": asked.seed, **facts})
    return 0 if holds else 3


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.2f}"


def _tell_figures(title: str, part: dict[str, dict[str, Any]], console: Console) -> None:
    console.say(title)
    for name, row in part.items():
        if row["legs"]:
            shares = {key: f"{row[key] * 100:.2f}" for key in SHARES}
            said = console.word("figures", legs=f"{row['legs']:,}", **shares)
            console.tell(f"  {console.word(f'method_{name}')}: {said}")


SHARES = ("relative_mae", "bias", "accuracy", "coverage")
