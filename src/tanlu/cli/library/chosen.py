"""tanlu factors why: which factor a key gets, why, and which others did not."""

from __future__ import annotations

import argparse
import datetime as dt
import difflib
import math
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from tanlu.cli.console import Console
from tanlu.cli.library.held import held
from tanlu.errors import TanluError
from tanlu.terms import time

FAILED = 1
# option of the command line -> facet
FACETS = {"class": "vehicle_class", "carrier": "energy_carrier",
          "temperature": "temperature_class", "technology": "technology",
          "material": "material"}  # fmt: skip
TEMPERATURES = ("ambient", "chilled", "frozen")
ZONE = ZoneInfo(time.ZONE)
VALUES = ("value", "value_empty", "value_full", "co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio",
          "n2o", "co2e_published")  # fmt: skip


def declare(parser: argparse.ArgumentParser, console: Console) -> None:
    """Declare what is asked: a kind of activity and its facets."""
    parser.add_argument("kind", help=console.word("factors_kind"))
    for name in (*FACETS, "place", "when", "profile", "gwp"):
        parser.add_argument(
            f"--{name}",
            metavar=name.upper(),
            choices=TEMPERATURES if name == "temperature" else None,
            help=console.word(f"explain_{name}"),
        )


def run(asked: argparse.Namespace, console: Console) -> int:
    """Explain the choice for one key at the beginning of a period."""
    from tanlu.factors import explain, profile
    from tanlu.terms import taxonomy

    day = asked.when or dt.datetime.now(ZONE).date().isoformat()
    kind, told = taxonomy.asked(asked.kind)
    given = {facet: getattr(asked, name) for name, facet in FACETS.items()}
    for facet in ("energy_carrier", "technology", "material"):
        _known(facet, {**told, **given}.get(facet))
    key = {"kind": kind, **told, **{facet: each for facet, each in given.items() if each}}
    facts = explain(
        {**key, "place": _place(asked.place)},
        time.period(day)[0],
        library=held(asked),
        profile=profile(asked.profile or "iso14083").name,
        gwp_set=asked.gwp or "AR6",
    )
    if not console.as_json:
        for line in lines(facts, day, console):
            console.write(line)
    console.result(facts)
    return 0 if facts["resolved"] else FAILED


def _known(facet: str, value: str | None) -> None:
    """Refuse a value that is none of the facet's, nor above or below one."""
    from tanlu.terms import taxonomy

    if not value:
        return
    words = taxonomy.vocabulary()[facet]
    if not any(taxonomy.within(each, value) or taxonomy.within(value, each) for each in words):
        near = difflib.get_close_matches(value, words, n=3, cutoff=0.3) or sorted(words)[:3]
        raise TanluError("TL203", value=value, known=", ".join(near))


def _place(text: str | None) -> str | None:
    """Give the region of a place code; refuse a code that tells none."""
    import polars as pl

    from tanlu.factors import regions

    if text is None:
        return None
    found: str | None = regions(pl.Series([text], dtype=pl.String), ports=True)[0]
    if found is None:
        raise TanluError("TL203", value=text, known="CN, CN-GD, CNSHA, DE, GLO")
    return found


def lines(facts: dict[str, Any], day: str, console: Console) -> Iterator[str]:
    """Give the explanation as lines for people."""
    key = " · ".join(each for each in facts["key"].values() if each)
    status = console.word(f"explain_{facts['status']}")
    yield f"{key} · {day} · {facts['profile']} · {facts['gwp_set']}: {status}"
    if "finding" in facts:
        yield facts["finding"][console.language]
    if facts["resolved"]:
        yield from _resolved(facts["resolved"], console)
    for number, step in enumerate(facts["steps"], 1):
        yield ""
        yield from _step(step, number, console)
    if facts["assumptions"]:
        yield ""
        yield console.word("explain_assumptions")
        for each in facts["assumptions"]:
            yield f"  {each['code']}: {each[console.language]} (σ {each['sigma_ln']:g})"


def _resolved(row: dict[str, Any], console: Console) -> Iterator[str]:
    grams = [
        f"{row[f'{name}_boundary'].upper()} {row[f'{name}_co2e_g']:.6g}"
        for name in ("ttw", "wtt")
        if row[f"{name}_co2e_g"] is not None
    ]
    energy = row["energy_mj_per_x"] is not None
    unit = "MJ" if energy else console.word(f"form_{row['form']}")
    yield console.word("explain_result", grams=" + ".join(grams), unit=unit)
    per = console.word(f"form_{row['form']}")
    if row["rate_empty"]:
        yield console.word(
            "explain_curve", empty=f"{row['rate_empty']:.6g}", slope=f"{row['rate_slope']:.6g}",
            capacity=f"{row['capacity_t']:g}", load=f"{row['load_default']:.1%}",
            away=f"{row['empty_default']:.1%}",
        )  # fmt: skip
    elif energy and row["form"] != "mj":
        yield console.word("explain_rate", rate=f"{row['rate_slope']:.6g}", unit=f"MJ/{per}")
    yield console.word("explain_interval", factor=f"{math.exp(1.96 * row['sigma_ln']):.2f}")


def _step(step: dict[str, Any], number: int, console: Console) -> Iterator[str]:
    want = " · ".join(each for each in step["want"].values() if each)
    yield f"{number}. {want}"
    if step["chosen"] is None:
        yield "  " + console.word("explain_nobody")
    else:
        yield f"  {console.word('explain_chosen')} {_document(step['source'])}"
        for value in step["values"]:
            yield f"    {_value(value)}"
            if value["derivation"]:
                yield f"    {console.word('explain_derivation')} {value['derivation']}"
        start, end = (_date(each) for each in step["interval"])
        factor = f"{math.exp(1.96 * step['sigma_ln']):.2f}"
        yield "  " + console.word("explain_valid", start=start, end=end, factor=factor)
        for each in step["because"]:
            yield f"    {each[console.language]}: {each['value']}"
    for loser in step.get("losers", ()):
        yield f"  {console.word('explain_lost')} {_document(loser)}"
        yield from (f"    {_value(value)}" for value in loser["values"])
        yield f"    {loser[console.language]}"
    if step.get("others"):
        yield "  " + console.word("explain_others", count=step["others"])
    yield from _rejected(step["rejected"], console)


def _rejected(found: list[dict[str, Any]], console: Console) -> Iterator[str]:
    """Give one line for each filter, with how many it kept out and where they are from."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        groups.setdefault(each["hit"], []).append(each)
    for same in groups.values():
        names = sorted(
            {each["filter" if console.language == "en" else "filter_zh"] for each in same}
        )
        shown = "; ".join(names[:4]) + (" …" if len(names) > 4 else "")
        sources = ", ".join(sorted({each["source_id"] for each in same}))
        count = sum(each.get("count", 1) for each in same)
        yield f"  {console.word('explain_rejected')} {count} × {shown} ({sources})"


def _document(source: dict[str, Any]) -> str:
    words = (source["publisher"], source["title"], source["doc_no"], source["clause"])
    said = "; ".join(word for word in words if word)
    return f"{said}; {source['year']}; {source['place']}; {source['status']}; {source['licence']}"


def _value(value: dict[str, Any]) -> str:
    numbers = ", ".join(f"{name} {value[name]}" for name in VALUES if value.get(name))
    return f"{value['boundary']} [{value['unit']}]: {numbers}"


def _date(at_us: int) -> str:
    return dt.datetime.fromtimestamp(at_us // 1_000_000, ZONE).date().isoformat()
