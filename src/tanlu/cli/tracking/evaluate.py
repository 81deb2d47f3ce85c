"""tanlu track evaluate: how often the tracker is right where the truth is known."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tanlu.cli.console import Console
from tanlu.errors import TanluError, say

__all__ = ["declare_evaluate", "first_use", "mode_word", "run", "sentence"]

DONE, FINDINGS = 0, 3
# what the tracker is held to on simulated journeys: where the figure stands, least, most
BARS: tuple[tuple[str, tuple[str, ...], float | None, float | None], ...] = (
    ("mode", ("mode", "share"), 0.99, None),
    ("median", ("distance", "median"), None, 0.005),
    ("p95", ("distance", "p95"), None, 0.02),
    ("carbon", ("carbon", "median"), None, 0.005),
    ("node", ("nodes", "transfer", "found"), 0.99, None),
    ("ellipses", ("ellipses",), 0.88, 0.92),
)
# seeds below this one were fitted to, or looked at while settings were chosen; the region that was
# not fitted to; from how many legs on shares tell something
OPEN_SEEDS, JUDGED_REGION, ENOUGH = 2000, "test", 100
# findings told to people; a program gets them all
SHOWN = 10
# shorter ways that were taken for another mode are left to programs
SMALL_KM = 0.1


def declare_evaluate(add: Any, actions: Any, console: Console) -> None:
    """Declare the action under the verb ``track``."""
    made: argparse.ArgumentParser = add("evaluate", "evaluate_verb", actions)
    what = made.add_mutually_exclusive_group()
    what.add_argument(
        "traces", type=Path, nargs="?", metavar="TRACES", help=console.word("evaluate_traces")
    )
    what.add_argument(
        "--journeys", type=Path, metavar="DIR", help=console.word("evaluate_journeys")
    )
    made.add_argument("--network", action="store_true", help=console.word("evaluate_network"))
    made.add_argument("--strict", action="store_true", help=console.word("evaluate_strict"))
    made.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Judge the tracker on labelled traces, or on simulated journeys with their truth."""
    if asked.journeys is not None:
        return _journeys(asked.journeys, console, strict=asked.strict, network=asked.network)
    if asked.traces is None:
        raise TanluError("TL001", value=console.word("evaluate_nothing"))
    facts = _evaluated("tanlu.track.courier", asked.traces, console)
    _tell(facts, console)
    console.result(facts)
    wrong = facts["findings"] and asked.strict
    return FINDINGS if wrong else DONE


def first_use(console: Console) -> None:
    """Say that loops are compiled, where they were not yet."""
    from tanlu.track.fuse import compiled

    if not compiled():
        console.say("track_compiles")


def _evaluated(room: str, source: Path, console: Console, **words: bool) -> dict[str, Any]:
    """Let a room of the tracker judge itself; its kernels are an extra."""
    try:
        if room == "tanlu.track.courier":
            from tanlu.track import courier

            return courier.evaluate(source)
        from tanlu.track import modes

        first_use(console)
        return modes.evaluate(source, **words)
    except ModuleNotFoundError as error:
        name = (error.name or "").split(".")[0]
        if name == "tanlu":
            raise
        raise TanluError("TL002", value=name, extra="track") from error


def _journeys(folder: Path, console: Console, *, strict: bool, network: bool) -> int:
    facts = _evaluated("tanlu.track.modes", folder, console, network=network)
    facts["faults"] = _faults(folder)
    facts["bars"] = [_bar(facts, *bar) for bar in BARS]
    judged = facts["bars"]
    if network:
        judged = facts["network"]["bars"] = [_bar(facts["network"], *bar) for bar in BARS]
    _tell_journeys(facts, console)
    console.result(facts)
    missed = any(bar["holds"] is False for bar in judged)
    return FINDINGS if strict and missed else DONE


def _faults(folder: Path) -> dict[str, Any]:
    """Judge what is told of labelled faults; where nothing is labelled nothing is tracked anew."""
    from tanlu.track.running import judged_faults

    return judged_faults(folder)


def _bar(
    facts: dict[str, Any], name: str, path: tuple[str, ...], least: float | None, most: float | None
) -> dict[str, Any]:
    """Hold a figure to its bar; what was not there to be judged is null."""
    value: Any = facts
    for key in path:
        value = None if value is None else value.get(key)
    holds = None
    if value is not None:
        holds = (least is None or value >= least) and (most is None or value <= most)
    return {"name": name, "value": value, "least": least, "most": most, "holds": holds}


def _tell_journeys(facts: dict[str, Any], console: Console) -> None:
    legs = facts["distance"]["legs"]
    console.say("judged_head", legs=legs, **facts)
    console.tell_table(_bars(facts, console))
    if "network" in facts:
        told = facts["network"]
        console.tell("")
        console.say("judged_network", **{**told, "km": told["network_m"] / 1000})
        console.tell_table(_bars(told, console))
        console.tell_table(_by_mode(told, console), left=(0, 6))
        console.tell("")
        console.say("judged_without")
    console.tell("")
    console.tell_table(_by_mode(facts, console), left=(0, 6))
    console.tell("")
    console.tell_table(_by_node(facts, console))
    console.tell("")
    if facts["faults"]:
        console.tell_table(_by_fault(facts["faults"], console))
        console.tell("")
    console.say("judged_carbon_how")
    for code, count in facts["findings"].items():
        console.tell(f"[{code}] {count:,} × {sentence(code, console)}")
    if facts["seed"] < OPEN_SEEDS or facts["region"] != JUDGED_REGION:
        console.say("judged_open")
    if legs < ENOUGH:
        console.say("judged_few")
    console.say("judged_next")


def _bars(facts: dict[str, Any], console: Console) -> list[list[str]]:
    """Give each figure beside its bar."""
    word = console.word
    lines = [["", *(word(f"judged_{name}") for name in ("value", "bar", "met"))]]
    for bar in facts["bars"]:
        met = {True: "✓", False: "✗", None: "–"}[bar["holds"]]
        lines.append([word(f"judged_{bar['name']}"), _percent(bar["value"]), _held(bar), met])
    within = _percent(facts["distance"]["within_interval"])
    lines.append([word("judged_within"), within, "–", "–"])
    lines.append([word("judged_missed"), f"{facts['distance']['missed']:,}", "–", "–"])
    return lines


def _held(bar: dict[str, Any]) -> str:
    least, most = bar["least"], bar["most"]
    if least is None or most is None:
        return f"≤ {100 * most:g} %" if least is None else f"≥ {100 * least:g} %"
    return f"{100 * least:g}-{100 * most:g} %"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.2f} %"


def _by_mode(facts: dict[str, Any], console: Console) -> list[list[str]]:
    """Give what became of each mode: its way, errors, and what else it was taken for."""
    names = ("mode", "km", "right", "median", "p95", "legs", "taken")
    lines = [[console.word(f"judged_column_{name}") for name in names]]
    for mode, told in facts["mode"]["by_mode"].items():
        far = facts["distance"]["by_mode"].get(mode, {})
        taken = ", ".join(
            f"{mode_word(other, console)} {km:,.1f} km"
            for other, km in told["km"].items()
            if other not in (mode, None) and km >= SMALL_KM
        )
        lines.append(
            [mode_word(mode, console), f"{sum(told['km'].values()):,.1f}", _percent(told["share"]),
             _percent(far.get("median")), _percent(far.get("p95")), str(far.get("legs", 0)), taken]
        )  # fmt: skip
    return lines


def _by_node(facts: dict[str, Any], console: Console) -> list[list[str]]:
    names = ("node", "nodes", "found", "metres", "seconds", "late")
    lines = [[console.word(f"judged_column_{name}") for name in names]]
    for kind, told in facts["nodes"].items():
        away = (told[name] for name in ("metres_median", "seconds_median", "seconds_p95"))
        lines.append(
            [console.word(f"judged_node_{kind}"), f"{told['nodes']:,}", _percent(told["found"]),
             *("–" if one is None else f"{one:,.0f}" for one in away)]
        )  # fmt: skip
    return lines


def _by_fault(faults: dict[str, Any], console: Console) -> list[list[str]]:
    """Give of each fault how many labels have a finding, with their rows, and false alarms."""
    names = ("fault", "labels", "found", "rows", "told", "alarms", "clean")
    lines = [[console.word(f"judged_column_{name}") for name in names]]
    for fault, told in faults.items():
        counts = ("–" if told[name] is None else f"{told[name]:,}" for name in names[1:])
        lines.append([console.word(f"judged_fault_{fault}"), *counts])
    return lines


def mode_word(mode: str | None, console: Console) -> str:
    """Give how people call a mode."""
    from tanlu.track.modes import modes_table

    row = modes_table().get(mode or "")
    return mode or "–" if row is None else row[console.language]


def sentence(code: str, console: Console) -> str:
    """Give what a code says of many, without the one that it is about and without its own name."""
    said = say(code, language=console.language, value="…", column="…", why="…")
    return said.removeprefix(f"[{code}] ")


def _tell(facts: dict[str, Any], console: Console) -> None:
    """Tell the figures and what could not be read."""
    low, high = facts["accuracy_interval"]
    if low is None:
        console.say("evaluate_accuracy_one", **facts)
    else:
        console.say("evaluate_accuracy", **{**facts, "low": low, "high": high})
    held = facts["held_out"]
    if held and held["fitted"] and held["traces"]:
        console.say("evaluate_fitted", **held)
    for mode, one in facts["classes"].items():
        shown = {
            name: "–" if value is None else f"{value:.4f}" if isinstance(value, float) else value
            for name, value in one.items()
        }
        console.say("evaluate_class", mode=console.word(f"evaluate_{mode}"), **shown)
    console.say("evaluate_macro", **facts)
    console.say("evaluate_rows", **facts)
    for found in facts["findings"][:SHOWN]:
        console.tell(TanluError(found["code"], value=found["subject"], why=found["hint"])
                     .say(console.language))  # fmt: skip
    if len(facts["findings"]) > SHOWN:
        console.say("evaluate_more", count=len(facts["findings"]) - SHOWN)
    console.say("evaluate_next")
