"""tanlu track evaluate: how often the tracker is right where the truth is known."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tanlu.cli.console import Console
from tanlu.errors import TanluError

__all__ = ["declare_evaluate", "run"]

DONE, FINDINGS = 0, 3
# findings told to people; a program gets them all
SHOWN = 10


def declare_evaluate(add: Any, actions: Any, console: Console) -> None:
    """Declare the action under the verb ``track``."""
    made: argparse.ArgumentParser = add("evaluate", "evaluate_verb", actions)
    what = made.add_mutually_exclusive_group()
    what.add_argument("traces", type=Path, nargs="?", help=console.word("evaluate_traces"))
    what.add_argument(
        "--journeys", type=Path, metavar="DIR", help=console.word("evaluate_journeys")
    )
    made.add_argument("--strict", action="store_true", help=console.word("evaluate_strict"))
    made.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Judge the tracker on labelled traces, or on simulated journeys with their truth."""
    if asked.journeys is not None:
        return _journeys(asked.journeys, console)
    if asked.traces is None:
        raise TanluError("TL001", value=console.word("evaluate_nothing"))
    facts = _evaluated("tanlu.track.courier", asked.traces)
    _tell(facts, console)
    console.result(facts)
    wrong = facts["findings"] and asked.strict
    return FINDINGS if wrong else DONE


def _evaluated(room: str, source: Path) -> dict[str, Any]:
    """Let a room of the tracker judge itself; its kernels are an extra."""
    try:
        if room == "tanlu.track.courier":
            from tanlu.track import courier

            return courier.evaluate(source)
        from tanlu.track import modes

        return modes.evaluate(source)
    except ModuleNotFoundError as error:
        name = (error.name or "").split(".")[0]
        if name == "tanlu":
            raise
        raise TanluError("TL002", value=name, extra="track") from error


def _journeys(folder: Path, console: Console) -> int:
    facts = _evaluated("tanlu.track.modes", folder)
    for name, value in facts.items():
        if not isinstance(value, dict | list):
            console.tell(f"{name:28} {value}")
    console.result(facts)
    return DONE


def _tell(facts: dict[str, Any], console: Console) -> None:
    """Tell the figures and what could not be read."""
    low, high = facts["accuracy_interval"]
    if low is None:
        console.say("evaluate_accuracy_one", **facts)
    else:
        console.say("evaluate_accuracy", **{**facts, "low": low, "high": high})
    for mode, one in facts["classes"].items():
        shown = {name: "–" if value is None else value for name, value in one.items()}
        console.say("evaluate_class", mode=console.word(f"evaluate_{mode}"), **shown)
    console.say("evaluate_macro", **facts)
    console.say("evaluate_rows", **facts)
    for found in facts["findings"][:SHOWN]:
        console.tell(TanluError(found["code"], value=found["subject"], why=found["hint"])
                     .say(console.language))  # fmt: skip
    if len(facts["findings"]) > SHOWN:
        console.say("evaluate_more", count=len(facts["findings"]) - SHOWN)
    console.say("evaluate_next")
