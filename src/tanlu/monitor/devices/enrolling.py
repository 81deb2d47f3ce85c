"""New lines of devices: enrolled, changed, replaced, revoked, retired; nothing is overwritten.

A device with a key is told in the log too, so that others can judge years later what it signed:
before the ledger when it is enrolled, after it when it is revoked. Who dies between does it again.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.devices import stated
from tanlu.monitor.devices.registry import lines_at, now_us, token_hash
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tanlu.store import Workspace

__all__ = ["STATES", "Enrolled", "enrol", "faults", "line_of", "renew_tokens", "replace", "revise"]

STATES = ("enrolled", "revoked", "retired")
CLOCKS = ("gnss", "ntp", "manual", "none")
GRADES = ("software", "secure_element")
NAME = r"^[\w.:@+/-]{1,200}$"
TOKEN_BYTES = 32


class Enrolled(NamedTuple):
    """What an enrolment did; ``tokens`` (device, token) are shown now and never again."""

    devices: int
    version: int
    tokens: pl.DataFrame
    entries: int = 0


def enrol(
    workspace: Workspace,
    rows: pl.DataFrame,
    *,
    tokens: bool = False,
    possession: Mapping[str, bytes] | None = None,
    refused: pl.DataFrame | None = None,
) -> Enrolled:
    """Enrol devices in one commit, whatever their number.

    Of a device that is enrolled already, columns that are not given stay as they are.

    Parameters
    ----------
    rows
        ``device`` and any other column of the schema ``device``; ``since`` is now and ``state``
        is enrolled where not said.
    tokens
        Give each a random token of 256 bits, of which only the SHA-256 is kept.
    possession
        For each device with a ``key`` its signature over role and name, as
        ``terms.proof.registry.possession`` makes it.
    refused
        Rows of the same list that are quarantined, written in the same commit.

    Raises
    ------
    TanluError
        TL363 with the first line that cannot hold; nothing is written then. TL134 when the log
        does not take a key.
    """
    lines = _kept(workspace, _lines(rows), rows.columns)
    made = lines.clear().select("device", pl.lit("").alias("token"))
    if tokens:
        drawn = [secrets.token_urlsafe(TOKEN_BYTES) for _ in range(lines.height)]
        made = lines.select("device", pl.Series("token", drawn, pl.String))
        hashes = pl.Series("token_sha256", [token_hash(each) for each in drawn], pl.String)
        lines = lines.with_columns(hashes)
    wrong = faults(lines)
    if wrong.height:
        device, column, why = wrong.select("device", "column", "why").row(0)
        raise TanluError("TL363", value=str(device)[:100], why=f"{column}: {why}")
    with workspace.writer():
        entries = stated.tell(workspace, lines, possession or {})
        told = {"device": lines, "quarantine": _unwritten(workspace, refused)}
        commit = workspace.commit({name: rows for name, rows in told.items() if rows.height})
    return Enrolled(lines.height, commit.version, made, entries)


def revise(workspace: Workspace, device: str, *, since: int | None = None, **new: Any) -> int:
    """Write a new line of a device with some values changed, and give the version that has it.

    Calibration, place, custody, state: what is not named stays as it was. A device that is
    revoked or retired loses its token, and the log tells that its key holds no longer.

    Raises
    ------
    TanluError
        TL362 when there is no such device, TL363 when the line cannot hold.
    """
    with workspace.writer():
        row = line_of(workspace, device) | {"since": since or now_us()} | new
        if row["state"] != "enrolled":
            row["token_sha256"] = None
        commit = _write(workspace, [row])
        if row["state"] != "enrolled":
            stated.end(workspace, [row])
    return commit


def renew_tokens(workspace: Workspace, devices: Sequence[str]) -> pl.DataFrame:
    """Give devices new tokens, shown now and never again; the old ones hold no longer.

    Raises
    ------
    TanluError
        TL362 for a device that is not enrolled.
    """
    with workspace.writer():
        rows, drawn = [], []
        for device in devices:
            row = line_of(workspace, device)
            if row["state"] != "enrolled":
                raise TanluError("TL362", value=device, why=f"it is {row['state']}")
            drawn.append(secrets.token_urlsafe(TOKEN_BYTES))
            rows.append(row | {"since": now_us(), "token_sha256": token_hash(drawn[-1])})
        _write(workspace, rows)
    return pl.DataFrame({"device": list(devices), "token": drawn})


def replace(
    workspace: Workspace,
    old: str,
    new: str,
    *,
    last_value: float | None,
    first_value: float | None,
    at: int | None = None,
    **more: Any,
) -> int:
    """Put a meter in the place of another: the old one is retired as the new one is enrolled.

    Parameters
    ----------
    last_value, first_value
        Register of the old one when it was taken out, and of the new one when it was fitted.
    at
        When [us UTC], now if not said.
    more
        Columns in which the new one differs; place, custodian, parent and type are kept.

    Raises
    ------
    TanluError
        TL362 when the old one is not enrolled, TL363 when a line cannot hold.
    """
    kept = ("type", "place", "custodian", "parent", "clock", "heartbeat_us", "ratio", "scope")
    with workspace.writer():
        gone = line_of(workspace, old)
        if gone["state"] != "enrolled":
            raise TanluError("TL362", value=old, why=f"it is {gone['state']}")
        since = at or now_us()
        fresh = {name: gone[name] for name in kept}
        fresh |= {"device": new, "since": since, "state": "enrolled", "replaces": old}
        fresh |= {"first_value": first_value, "last_value": last_value} | more
        ended = gone | {"since": since, "state": "retired", "token_sha256": None}
        version = _write(workspace, [ended, fresh])
        stated.end(workspace, [ended])
    return version


def line_of(workspace: Workspace, device: str) -> dict[str, Any]:
    """Give the line of a device that holds now.

    Raises
    ------
    TanluError
        TL362 when there is none.
    """
    told = workspace.scan("device").filter(pl.col("device") == device).collect()
    found = lines_at(told, "device", now_us())
    if found.is_empty():
        raise TanluError("TL362", value=device[:100], why="no line of the registry names it")
    return found.row(0, named=True)


def faults(lines: pl.DataFrame) -> pl.DataFrame:
    """Give what cannot hold in lines of the schema ``device``: ``_row, device, column, why``."""
    rules = [
        ("device", ~_text("device", NAME), "1 to 200 letters, digits and . : @ + / - _"),
        ("state", ~pl.col("state").is_in(STATES), f"one of {', '.join(STATES)}"),
        ("clock", ~pl.col("clock").is_in(CLOCKS), f"one of {', '.join(CLOCKS)}"),
        ("key", ~_text("key", "^[0-9a-f]{64}$"), "32 bytes in lower hexadecimal"),
        ("key_grade", ~pl.col("key_grade").is_in(GRADES), f"one of {', '.join(GRADES)}"),
        ("token_sha256", ~_text("token_sha256", "^[0-9a-f]{64}$"), "32 bytes in hexadecimal"),
        ("scope", ~_text("scope", r"^[^*]*\*?([ ;][^*]*\*?)*$"), "names, a * only at the end"),
        ("heartbeat_us", pl.col("heartbeat_us") <= 0, "above zero"),
        ("accuracy_ppm", pl.col("accuracy_ppm") < 0, "not below zero"),
        ("ratio", ~((pl.col("ratio") > 0) & pl.col("ratio").is_finite()), "above zero"),
        ("calibration_due", pl.col("calibration_due") < pl.col("calibrated"), "after calibrated"),
        ("replaces", pl.col("replaces") == pl.col("device"), "another device"),
        ("parent", pl.col("parent") == pl.col("device"), "another device"),
        ("since", pl.col("since") < 0, "after 1970"),
    ]
    twice = pl.struct("device", "since").is_duplicated()
    rules.append(("device", twice, "it stands twice with the same since"))
    numbered = lines.with_row_index("_row")
    found = [
        numbered.filter(rule.fill_null(value=False)).select(
            pl.col("_row").cast(pl.Int64), "device", column=pl.lit(column), why=pl.lit(why)
        )
        for column, rule, why in rules
    ]
    return pl.concat(found).unique("_row", keep="first", maintain_order=True).sort("_row")


def _text(column: str, pattern: str) -> pl.Expr:
    return pl.col(column).str.contains(pattern)


def _lines(rows: pl.DataFrame) -> pl.DataFrame:
    told = schema("device").fit(rows)
    return told.with_columns(
        pl.col("device").fill_null(""),
        pl.col("since").fill_null(now_us()),
        pl.col("state").fill_null("enrolled"),
    )


def _kept(workspace: Workspace, lines: pl.DataFrame, given: Sequence[str]) -> pl.DataFrame:
    """Fill in from the line before what a new line of an enrolled device does not say."""
    told = lines_at(workspace.scan("device").collect(), "device", now_us())
    told = told.filter(pl.col("state") == "enrolled").rename({"since": "_since"})
    names = [name for name in lines.columns if name not in (*given, "since", "state", "device")]
    if told.is_empty() or not names:
        return lines
    both = lines.drop(names).join(
        told.select("device", "_since", *names), on="device", how="left", maintain_order="left"
    )
    # a line of an earlier time knows nothing of what came later
    later = (pl.col("since") >= pl.col("_since")) & (pl.col("state") == "enrolled")
    kept = [pl.when(later).then(pl.col(name)).alias(name) for name in names]
    return both.with_columns(kept).select(lines.columns)


def _unwritten(workspace: Workspace, refused: pl.DataFrame | None) -> pl.DataFrame:
    """Give the quarantined rows that the ledger does not have: a list may be read twice."""
    if refused is None:
        return schema("quarantine").empty()
    known = workspace.known_ids("quarantine", refused["quarantine_id"])
    return refused.filter(~pl.col("quarantine_id").is_in(known.implode()))


def _write(workspace: Workspace, rows: list[dict[str, Any]]) -> int:
    lines = pl.DataFrame(rows, schema=schema("device").dtypes())
    wrong = faults(lines)
    if wrong.height:
        device, column, why = wrong.select("device", "column", "why").row(0)
        raise TanluError("TL363", value=str(device)[:100], why=f"{column}: {why}")
    return workspace.append("device", lines).version
