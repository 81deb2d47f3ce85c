"""tanlu audit: the work of a verifier from the plan to the opinion, each step in the log."""

from __future__ import annotations

import argparse
import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.proofs.keyfile import key_of
from tanlu.errors import TanluError

if TYPE_CHECKING:
    import polars as pl

    from tanlu.terms import Document
    from tanlu.verify.assurance import Trail
    from tanlu.verify.assurance import engagement as agreements

WITH_FINDINGS = 3
PERCENT = re.compile(r"\d{1,2}(\.\d{1,4})? ?%?")
# what is verified where nothing is said: transport, else an organisation's inventory
PROFILES = ("iso14083", "ghg_protocol", "cn_inventory")
LARGEST_BYTES = 65_536
OPINIONS = ("unmodified", "modified", "adverse", "disclaimer")


def declare(add: Add, console: Console) -> None:
    """Declare the verb and its actions."""
    parser = add("audit", "audit_verb")
    parser.add_argument(
        "action", choices=tuple(ACTIONS), metavar="ACTION", help=" | ".join(ACTIONS)
    )
    parser.add_argument("filled", nargs="*", type=Path, help=console.word("audit_filled"))
    _files(parser, console)
    parser.add_argument("--expected", metavar="PERCENT", help=console.word("audit_expected"))
    parser.add_argument("--frame", metavar="FILE", help=console.word("audit_frame"))
    parser.add_argument("--more", type=int, default=0, metavar="N", help=console.word("audit_more"))
    parser.add_argument("--opinion", choices=OPINIONS, help=console.word("audit_opinion"))
    parser.add_argument(
        "--credential", type=Path, metavar="FILE", help=console.word("audit_credential")
    )
    parser.add_argument("--pack", type=Path, metavar="FILE", help=console.word("audit_pack"))
    parser.add_argument("--reason", help=console.word("audit_reason"))
    for name, word in (
        ("draft", "draft"), ("statement", "statement"), ("signed", "signed_file"),
    ):  # fmt: skip
        parser.add_argument(
            f"--{name}", type=Path, metavar="FILE", help=console.word(f"audit_{word}")
        )
    parser.set_defaults(run=run)


def _files(parser: argparse.ArgumentParser, console: Console) -> None:
    parser.add_argument(
        "--engagement",
        type=Path,
        default=Path("engagement.toml"),
        metavar="FILE",
        help=console.word("audit_engagement"),
    )
    parser.add_argument(
        "--dir", type=Path, default=Path("audit"), metavar="DIR", help=console.word("audit_dir")
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help=console.word("audit_key"))
    parser.add_argument(
        "--format", choices=("csv", "xlsx"), default="csv", help=console.word("audit_format")
    )
    parser.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help=console.word("out")
    )


def run(asked: argparse.Namespace, console: Console) -> int:
    """Do one of the actions."""
    return ACTIONS[asked.action](asked, console)


def _plan(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace
    from tanlu.verify import assurance as room

    workspace = open_workspace(asked.ledger)
    if not asked.engagement.exists():
        return _drafted(workspace, asked, console)
    engagement = _agreed(asked)
    lines, inventory = None, b""
    if engagement.inventory:
        path = asked.engagement.parent / engagement.inventory
        inventory = bytes.fromhex(workspace.originals.put(path))
        lines = _lines(workspace, engagement, path, workspace.version)
    found = room.population(workspace, engagement, counted=lines)
    streams = room.strategic(found)
    register = _register(asked.dir, room.risks.proposed(streams), console)
    power = room.sized(
        found.units["size"],
        tolerable_ppm=engagement.materiality_ppm,
        expected_ppm=engagement.expected_ppm,
        confidence_ppm=engagement.confidence_ppm,
        risk_ppm=engagement.risk_ppm,
    )
    document = room.planned(engagement, found, streams, register, power, language=console.language)
    _give(document, asked, console)
    facts = document.facts
    if asked.key:
        trail = _trail(asked, workspace, engagement.id)
        told, nonce = trail.plan(
            engagement, found, register, power, key_of(asked.key), inventory=inventory
        )
        facts = facts | {"entry": told.index, "nonce": str(room.keep_nonce(asked.dir, nonce))}
        console.say("audit_planned", entry=told.index, nonce=facts["nonce"])
    else:
        console.say("audit_unstated")
    console.result(facts)
    return 0


def _drafted(workspace: Any, asked: argparse.Namespace, console: Console) -> int:
    """Write an engagement to fill in."""
    from tanlu.verify.assurance import engagement

    held = workspace.scan("emission", columns=["profile"]).unique().collect(engine="streaming")
    names = held["profile"].to_list()
    profile = next((name for name in PROFILES if name in names), PROFILES[0])
    text = engagement.draft(
        id=f"{asked.ledger.resolve().name}-1",
        period=_year(workspace),
        profile=profile,
        basis="location",
        criteria="ISO 14083:2023" if profile == "iso14083" else "ISO 14064-1:2018",
    )
    asked.engagement.parent.mkdir(parents=True, exist_ok=True)
    asked.engagement.write_text(text, encoding="utf-8")
    console.say("audit_drafted", path=asked.engagement)
    console.result({"engagement": str(asked.engagement)})
    return 0


def _year(workspace: Any) -> str:
    """Give the year of which the ledger says most."""
    import polars as pl

    at = pl.from_epoch("start", "us").dt.replace_time_zone("UTC")
    years = workspace.scan("activity", columns=["start"]).select(
        at.dt.convert_time_zone(workspace.zone).dt.year().mode().max()
    )
    found = years.collect(engine="streaming").item()
    return str(found or 2026)


def _register(folder: Path, proposed: list[Any], console: Console) -> list[Any]:
    """Give the register that lies in the folder, or write the proposed one there."""
    from tanlu.verify.assurance import risks

    path = folder / "risks.toml"
    if path.exists():
        return list(risks.read_risks(path))
    folder.mkdir(parents=True, exist_ok=True)
    text = risks.as_toml(proposed, risks.reasons(console.language), console.word("audit_risks"))
    path.write_text(text, encoding="utf-8")
    console.say("written", path=path)
    return proposed


def _agreed(asked: argparse.Namespace) -> agreements.Engagement:
    """Give the engagement with what the command line says otherwise."""
    from tanlu.verify.assurance import engagement

    told = engagement.read_engagement(asked.engagement)
    if asked.frame:
        rule = told.frame or engagement.FrameRule("")
        told = replace(told, frame=replace(rule, file=asked.frame))
    if asked.expected:
        if not PERCENT.fullmatch(asked.expected):
            raise TanluError("TL755", value="--expected", why=asked.expected)
        share = int(Decimal(asked.expected.rstrip(" %")) * 10_000)
        told = replace(told, expected_ppm=share)
    return told


def _trail(asked: argparse.Namespace, workspace: Any, name: str | None = None) -> Trail:
    from tanlu.store.log import log_of
    from tanlu.verify.assurance import Trail, engagement

    name = name or engagement.read_engagement(asked.engagement).id
    return Trail(workspace, log_of(workspace), name)


def _mounted(pack: Path | None) -> contextlib.AbstractContextManager[Any]:
    """Give the ledger that a pack shows, or nothing where none is named."""
    from tanlu.verify.pack import mount

    return contextlib.nullcontext() if pack is None else mount(pack)


def _counting(trail: Trail, *, close: bool = False, pack: Any = None) -> Trail:
    """Give the trail with the lines of the inventory at the seal and today, where it is of one."""
    engagement = trail.engagement()
    if not engagement.inventory:
        return trail
    seal = trail.close() if close else trail.seal()
    path = trail.workspace.originals.get(trail.last("plan").content["inventory"].hex())
    versions = {seal.version} if seal else set()
    if pack is None:
        versions |= {trail.workspace.version}
    return replace(
        trail,
        counted={one: _lines(pack or trail.workspace, engagement, path, one) for one in versions},
    )


def _lines(
    workspace: Any, engagement: agreements.Engagement, path: Path, version: int
) -> pl.DataFrame:
    """Give what the inventory of an organisation counts of each emission."""
    from tanlu.report.organisation import lines, read
    from tanlu.terms import time

    basis: Literal["location", "market"] = "market" if engagement.basis == "market" else "location"
    return lines(
        workspace,
        read(path),
        profile=engagement.profile,
        span=time.period(engagement.period, workspace.zone),
        basis=basis,
        as_of=version,
    ).select("emission_id", "counted_ug")


def _sample(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace
    from tanlu.verify.assurance import lay_out

    trail = _counting(_trail(asked, open_workspace(asked.ledger)), close=True)
    told, both, papers = lay_out(
        trail,
        asked.dir,
        asked.engagement.parent,
        key_of(asked.key),
        language=console.language,
        form=asked.format,
        more=asked.more,
    )
    for path in papers:
        console.say("written", path=path)
    units = {
        name: sum(one.drawn.rows.height for one in strata)
        for name, strata in (("forward", both.forward), ("reverse", both.reverse))
    }
    console.say("audit_sampled", entry=told.index, **units)
    if not both.reverse:
        console.say("audit_no_frame")
    console.result({"entry": told.index, "papers": [str(path) for path in papers], **units})
    return 0


def _evaluate(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace
    from tanlu.verify.assurance import examined, weighed

    trail = _counting(_trail(asked, open_workspace(asked.ledger)))
    papers = asked.filled or [
        path
        for name in ("forward", "reverse")
        for path in sorted(asked.dir.glob(f"{name}*.*"), key=_age)[-1:]
    ]
    told, found = examined(trail, papers, key_of(asked.key))
    document = weighed(trail.engagement(), found, console.language)
    _give(document, asked, console)
    console.say(f"audit_verdict_{found.verdict}", more=found.more)
    console.result(document.facts | {"entry": told.index})
    return 0 if found.verdict == "within" else WITH_FINDINGS


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns


def _opine(asked: argparse.Namespace, console: Console) -> int:
    for name, work in ELSEWHERE.items():
        if getattr(asked, name):
            return work(asked, console)
    from tanlu.store import open_workspace
    from tanlu.verify.assurance import attestation, evidence_of, opined

    trail, key = _counting(_trail(asked, open_workspace(asked.ledger))), key_of(asked.key)
    # what is wrong with the pack is told before anything is stated
    evidence = evidence_of(trail, asked.pack) if asked.pack else None
    told, document = opined(trail, key, asked.opinion, asked.reason, console.language)
    _give(document, asked, console)
    if asked.credential:
        made = attestation(trail, told, document, key, evidence)
        text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
        asked.credential.write_text(text, encoding="utf-8")
        console.say("written", path=asked.credential)
    console.say("audit_opined", opinion=told.content["opinion"], entry=told.index)
    console.result(document.facts)
    return 0


def _opine_draft(asked: argparse.Namespace, console: Console) -> int:
    """Write what the opinion will say, for a key that lies elsewhere."""
    from tanlu.store import open_workspace
    from tanlu.verify.assurance import signing

    trail = _trail(asked, open_workspace(asked.ledger))
    asked.draft.write_bytes(signing.draft(trail, asked.opinion, asked.reason))
    console.say("audit_drafted_opinion", path=asked.draft)
    console.result({"engagement": trail.id, "draft": str(asked.draft)})
    return 0


def _opine_sign(asked: argparse.Namespace, console: Console) -> int:
    """Sign a draft; no ledger is needed for that."""
    from tanlu.verify.assurance import signing

    data = _bytes(asked.statement)
    told, made = signing.drafted(data), signing.signed(data, key_of(asked.key))
    content = told["content"]
    out = asked.out[0] if asked.out else asked.statement.with_suffix(".signed")
    out.write_bytes(made)
    kg = Decimal(content["total"]) / Decimal(10**9)
    console.say(
        "audit_signed", path=out, opinion=content["opinion"], id=told["id"], log=told["log"],
        kg=f"{kg:,.3f}", entry=content["evaluation"], reason=content["reason"] or "–",
    )  # fmt: skip
    console.result({"file": str(out), "log": told["log"], **content})
    return 0


def _opine_register(asked: argparse.Namespace, console: Console) -> int:
    """Write an opinion that was signed elsewhere to the log."""
    from tanlu.store import open_workspace
    from tanlu.verify.assurance import signing

    trail = _trail(asked, open_workspace(asked.ledger))
    told = signing.received(trail, _bytes(asked.signed))
    trail.log.checkpoint()
    console.say("audit_opined", opinion=told.content["opinion"], entry=told.index)
    console.result({"entry": told.index, "key": told.kid.hex(), "opinion": told.content["opinion"]})
    return 0


def _bytes(path: Path) -> bytes:
    """Give the bytes of a file; no statement is longer than this."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES)
    except OSError as error:
        raise TanluError("TL763", value=path.name, why=error.strerror or str(error)) from error


ELSEWHERE = {"draft": _opine_draft, "statement": _opine_sign, "signed": _opine_register}


def _show(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace

    trail = _trail(asked, open_workspace(asked.ledger))
    steps = trail.told()
    for each in steps:
        step = console.word(f"audit_step_{each.content['step']}")
        console.say("audit_step", entry=each.index, step=step, kid=each.kid.hex())
    plans = trail.plans()
    if plans > 1:
        console.say("audit_plans", count=plans)
    facts: dict[str, Any] = {
        "engagement": trail.id,
        "plans": plans,
        "steps": [
            {"entry": each.index, "step": each.content["step"], "key": each.kid.hex()}
            for each in steps
        ],
    }
    if trail.told("sample"):
        with _mounted(asked.pack) as pack:
            both, found = _counting(trail, pack=pack).redrawn(pack)
        facts["redrawn"] = len(both.forward) + len(both.reverse)
        facts["version"] = found.version
        console.say("audit_redrawn", version=found.version)
    console.say(f"audit_next_{steps[-1].content['step']}" if steps else "audit_next")
    console.result(facts)
    return 0


def _give(document: Document, asked: argparse.Namespace, console: Console) -> None:
    """Render the document as asked, else show it in the terminal."""
    from tanlu.report import render, text

    for path in asked.out:
        console.say("written", path=render(document, path))
    if not asked.out and not console.as_json:
        console.write(text(document))


ACTIONS: dict[str, Callable[[argparse.Namespace, Console], int]] = {
    "plan": _plan,
    "sample": _sample,
    "evaluate": _evaluate,
    "opine": _opine,
    "show": _show,
}
