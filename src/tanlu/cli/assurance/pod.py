"""tanlu pod: handovers without paper, from the giver's signature to the bill of both."""

from __future__ import annotations

import argparse
import getpass
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.proofs.keyfile import key_of
from tanlu.errors import TanluError

if TYPE_CHECKING:
    import polars as pl

    from tanlu.terms.proof import cose
    from tanlu.verify.handover import Handovers

WITH_FINDINGS = 3
PASSPHRASE = "TANLU_PASSPHRASE"  # noqa: S105 - the name of a variable
MAX_BYTES = 16_384


def declare(add: Add, console: Console) -> None:
    """Declare the verb and its actions."""
    parser = add("pod", "pod_verb")
    parser.add_argument(
        "action", choices=tuple(ACTIONS), metavar="ACTION", help=" | ".join(ACTIONS)
    )
    parser.add_argument("files", nargs="*", type=Path, help=console.word("pod_files"))
    for name in ("key", "out", "counted", "terms", "against", "sign"):
        help_ = console.word(f"pod_{name}")
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=help_)
    parser.add_argument("--identity", default="key", choices=("key", "one-time"),
                        help=console.word("pod_identity"))  # fmt: skip
    parser.add_argument("--exception", action="append", default=[], metavar="TEXT",
                        help=console.word("pod_exception"))  # fmt: skip
    parser.add_argument("--field", default="signature", help=console.word("pod_field"))
    parser.add_argument("--period", default="", help=console.word("pod_period"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Do one of the actions."""
    return ACTIONS[asked.action](asked, console)


def _give(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.verify import handover

    (file,) = _files(asked, 1)
    told = handover.given(file)
    made = handover.give(key_of(asked.key), told, int(time.time()))
    out = asked.out or Path(f"{_plain(told['waybill'])}.give")
    _write(out, made.encode())
    console.say("pod_given", path=out, taker=told["taker"])
    console.result({"out": str(out), "waybill": told["waybill"], "kid": made.kid.hex()})
    return 0


def _take(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.verify import handover

    (file,) = _files(asked, 1)
    given = _statement(file)
    counted = None if asked.counted is None else handover.counted(asked.counted)
    now = time.time()
    made = handover.take(
        key_of(asked.key),
        given,
        int(now),
        at_us=int(now * 1_000_000),
        items=counted,
        exceptions=asked.exception,
        identity=asked.identity,
    )
    told = made.content
    out = asked.out or Path(f"{_plain(told['waybill'])}.take")
    _write(out, made.encode())
    console.say("pod_taken", path=out, giver=told["giver"])
    console.result({"out": str(out), "waybill": told["waybill"], "kid": made.kid.hex()})
    return 0


def _register(asked: argparse.Namespace, console: Console) -> int:
    log = _log(asked)
    entries = []
    for file in _files(asked):
        entry = log.register(_statement(file).encode())
        entries.append(entry.index)
        console.say("pod_registered", file=file.name, index=entry.index)
    log.checkpoint()
    console.result({"entries": entries})
    return 0


def _check(asked: argparse.Namespace, console: Console) -> int:
    told = _handovers(asked)
    agreed = int(told.handovers["agreed"].sum())
    console.say("pod_checked", count=told.handovers.height, agreed=agreed)
    for row in told.findings.iter_rows(named=True):
        console.warn(row["hint"])
    console.result({"handovers": told.handovers.to_dicts(), "findings": told.findings.to_dicts()})
    return WITH_FINDINGS if told.findings.height else 0


def _custody(asked: argparse.Namespace, console: Console) -> int:
    told = _handovers(asked)
    wanted = {str(file) for file in asked.files}
    rows = [row for row in told.custody.to_dicts() if not wanted or row["box"] in wanted]
    for row in rows:
        console.tell(f"{row['box']}  {row['giver']} → {row['taker']}  #{row['taken']}")
    if not rows:
        console.say("pod_no_boxes")
    console.result({"custody": rows})
    return 0


def _settle(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.verify import handover

    if asked.terms is None:
        raise TanluError("TL001", value="--terms FILE")
    rates, terms = handover.agreed_terms(asked.terms)
    told = _handovers(asked).handovers
    agreed = told.filter(agreed=1)
    settled = handover.settle(_measured(asked, agreed), rates, terms)
    left = told.height - agreed.height
    yuan = f"{settled.owed_fen / 100:,.2f}"
    console.say("pod_settled", count=settled.lines.height, yuan=yuan, left=left)
    if asked.out is not None:
        _write(asked.out, settled.lines.write_csv().encode())
    facts: dict[str, Any] = {
        "lines": settled.lines.height, "left": left, "owed_fen": str(settled.owed_fen),
        "terms_sha256": terms, "spec_sha256": settled.spec_sha256,
        "result_sha256": settled.result_sha256, "difference": None,
    }  # fmt: skip
    if asked.against is not None:
        facts["difference"] = handover.differing(settled.lines, handover.lines_of(asked.against))
        key = "pod_dispute" if facts["difference"] else "pod_agreed"
        console.say(key, **(facts["difference"] or {}))
    if asked.key is not None:
        payload = handover.statement_of(settled, period=asked.period)
        entry = _log(asked).state("settlement", asked.period or "all", payload, key_of(asked.key))
        facts["entry"] = entry.index
    console.result(facts)
    return WITH_FINDINGS if facts["difference"] else 0


def _measured(asked: argparse.Namespace, agreed: pl.DataFrame) -> pl.DataFrame:
    """Give the handovers with mass and distance of their waybill where the ledger knows them."""
    import polars as pl

    from tanlu.store import open_workspace

    legs = open_workspace(asked.ledger).scan(
        "activity", columns=["shipment", "mass_mg", "distance_m"]
    )
    known = (
        legs.filter(pl.col("shipment").is_in(agreed["waybill"].implode()))
        .group_by("shipment")
        .agg(pl.col("mass_mg").max(), pl.col("distance_m").sum())
        .collect()
    )
    return agreed.join(known, left_on="waybill", right_on="shipment", how="left")


def _paper(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.report import render
    from tanlu.verify import handover

    files = _files(asked)
    out = asked.out or files[0].with_suffix(".pdf")
    if files[0].suffix != ".pdf":
        statements = [_statement(file) for file in files[:2]]
        render(handover.document(*statements, language=console.language), out)
    elif out != files[0]:
        _write(out, files[0].read_bytes())
    if asked.sign is not None:
        word = os.environ.get(PASSPHRASE) or getpass.getpass(console.word("pod_passphrase"))
        reason = console.word("pod_reason")
        pdf = handover.sign_pdf(
            out.read_bytes(), asked.sign, word, field=asked.field, reason=reason
        )
        _write(out, pdf)
    signed = handover.signatures(out.read_bytes()) if out.suffix == ".pdf" and asked.sign else []
    console.say("pod_paper", path=out)
    for one in signed:
        console.say("pod_signature" if one["intact"] else "pod_broken", **one)
    console.result({"out": str(out), "signatures": signed})
    return 0 if all(one["intact"] for one in signed) else WITH_FINDINGS


def _handovers(asked: argparse.Namespace) -> Handovers:
    from tanlu.verify import handover

    log = _log(asked)
    stated = log.statements("pod")
    names = {one.index: log.registry.keys[one.statement.kid].name for one in stated}
    return handover.handovers(stated, names)


def _log(asked: argparse.Namespace) -> Any:
    from tanlu.store import open_workspace
    from tanlu.store.log import log_of

    return log_of(open_workspace(asked.ledger))


def _files(asked: argparse.Namespace, count: int | None = None) -> list[Path]:
    files: list[Path] = asked.files
    if not files or (count is not None and len(files) != count):
        raise TanluError("TL001", value=f"tanlu pod {asked.action} FILE")
    return files


def _statement(file: Path) -> cose.Statement:
    from tanlu.terms.proof import cose

    if not file.is_file() or file.stat().st_size > MAX_BYTES:
        raise TanluError("TL130", value=file.name, why="there is no such file of at most 16 kB")
    try:
        found = cose.Statement.decode(file.read_bytes())
    except TanluError as error:
        raise TanluError(
            "TL130", value=file.name, why=str(error.fields.get("why", error))
        ) from error
    if found.type != "pod":
        raise TanluError("TL131", value=found.type)
    return found


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(data)
    draft.replace(path)


def _plain(name: str) -> str:
    """Give a name that is no path, whatever the waybill is called."""
    return "".join(each if each.isalnum() or each in "-_." else "_" for each in name).lstrip(".")


ACTIONS: dict[str, Callable[[argparse.Namespace, Console], int]] = {
    "give": _give,
    "take": _take,
    "register": _register,
    "check": _check,
    "custody": _custody,
    "settle": _settle,
    "paper": _paper,
}
