"""tanlu send: readings of a file or of a pipe to a server, until it acknowledges each."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import select
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.streams.running import token_of
from tanlu.errors import TanluError
from tanlu.terms import Progress

if TYPE_CHECKING:
    from tanlu.serve.sending import Outgoing, Sender

__all__ = ["declare"]

PIECE_BYTES, PIECE_ROWS = 1 << 20, 10_000
# what comes by a pipe does not wait longer for its neighbours
WAIT_S = 1.0
# with so much waiting the source has to wait too
FULL_BYTES = 1 << 30
PATIENCE_S = 300.0


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("send", "send_verb")
    parser.add_argument("file", metavar="FILE", help=console.word("send_file"))
    parser.add_argument("--to", required=True, metavar="URL", help=console.word("send_to"))
    parser.add_argument("--stream", required=True, help=console.word("send_stream"))
    parser.add_argument("--token", type=Path, metavar="FILE", help=console.word("send_token"))
    parser.add_argument("--spool", type=Path, metavar="DIR", help=console.word("send_spool"))
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE_S,
        metavar="S",
        help=console.word("send_patience"),
    )
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Send a file; say what the server made of it."""
    from tanlu.serve.sending import Sender
    from tanlu.store.spool import Spool

    bodies = _bodies(asked.file, asked.stream)
    with contextlib.ExitStack() as stack:
        folder = asked.spool or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="tanlu-spool-"))
        )
        spool = stack.enter_context(Spool(folder))
        sender = stack.enter_context(Sender(asked.to, spool, token=token_of(asked.token)))
        console.follow(_sent(bodies, sender, asked.patience))
        facts = sender.tally().facts()
    console.say("send_done", **facts)
    if facts["codes"]:
        codes = ", ".join(f"{code} {count:,}" for code, count in facts["codes"].items())
        console.say("simulate_codes", codes=codes)
    console.result({"url": asked.to, "stream": asked.stream, **facts})
    return 0


def _sent(bodies: Iterator[Outgoing], sender: Sender, patience_s: float) -> Iterator[Progress]:
    count = 0
    for body in bodies:
        _room(sender, patience_s)
        sender.put([body])
        count += 1
        yield Progress("sent", sender.tally().bodies, None, "bodies")
    until = time.monotonic() + patience_s
    while not sender.settle(0.2):
        yield Progress("sent", sender.tally().bodies, count, "bodies")
        if time.monotonic() > until:
            raise TanluError("TL902", value=sender.url, why=f"no answer for {patience_s:.0f} s")


def _room(sender: Sender, patience_s: float) -> None:
    """Let a source wait while the spool is full of what nobody took."""
    until = time.monotonic() + patience_s
    while sender.spool.waiting > FULL_BYTES and not sender.settle(0.2):
        if time.monotonic() > until:
            raise TanluError("TL902", value=sender.url, why=f"no answer for {patience_s:.0f} s")


def _bodies(file: str, stream: str) -> Iterator[Outgoing]:
    """Give the bodies of a file of lines, of a Parquet file, or of what comes by a pipe."""
    from tanlu.serve.sending import MEDIA, Outgoing

    path = Path(file)
    if path.suffix == ".parquet":
        return (Outgoing(stream, MEDIA["arrow"], data) for data in _tables(path))
    if file == "-":
        lines = _pieces(getattr(getattr(sys.stdin, "buffer", None), "raw", None))
    elif path.suffix in (".ndjson", ".jsonl"):
        lines = _lines(path)
    else:
        why = "a file of readings ends in .ndjson, .jsonl or .parquet; - is what comes by a pipe"
        raise TanluError("TL004", value=file, why=why)
    return (Outgoing(stream, MEDIA["ndjson"], data) for data in lines)


def _tables(path: Path) -> Iterator[bytes]:
    import polars as pl

    from tanlu.serve.sending import body_of

    try:
        rows = pl.scan_parquet(path)
        for part in rows.collect_batches(chunk_size=PIECE_ROWS):
            yield body_of(part, "arrow")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise TanluError("TL004", value=path, why=str(error).splitlines()[0]) from error


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb", buffering=0) as file:
            yield from _pieces(file)
    except OSError as error:
        raise TanluError("TL004", value=path, why=error.strerror or str(error)) from error


def _pieces(source: io.RawIOBase | None) -> Iterator[bytes]:
    """Give whole lines together: as many as fit a body, or as came within a second."""
    if source is None:
        return
    held, since = b"", time.monotonic()
    while True:
        ready = _ready(source, max(0.0, since + WAIT_S - time.monotonic()) if held else None)
        if ready:
            data = os.read(source.fileno(), PIECE_BYTES)
            if not data:
                break
            since = since if held else time.monotonic()
            held += data
        if len(held) >= PIECE_BYTES or time.monotonic() >= since + WAIT_S:
            whole, line, held = held.rpartition(b"\n")
            since = time.monotonic()
            if whole.strip():
                yield whole + line
    if held.strip():
        yield held


def _ready(source: io.RawIOBase, seconds: float | None) -> bool:
    return bool(select.select([source], [], [], seconds)[0])
