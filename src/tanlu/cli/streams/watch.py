"""tanlu watch: what comes in, second by second: rates, lag, gaps, quarantine, by stream."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from rich.table import Table

    from tanlu.cli.streams.running import Running

__all__ = ["Look", "declare", "looked"]

US = 1_000_000
# of how many looks a rate is made, so that it does not flicker
LOOKS = 5
COUNTED = ("rows_new", "rows_known", "rows_quarantined", "gaps", "missing", "devices")
BARS = "▁▂▃▄▅▆▇█"


class Look(NamedTuple):
    """One look at a server: when [us UTC], its counters, and the rate of each stream [rows/s].

    ``trend`` has the total rates of the last looks, oldest first.
    """

    at_us: int
    told: dict[str, Any]
    rates: dict[str, float]
    trend: tuple[float, ...]

    @property
    def rate(self) -> float:
        """The rate of all streams [rows/s]."""
        return sum(self.rates.values())


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("watch", "watch_verb")
    parser.add_argument("--url", help=console.word("watch_url"))
    parser.add_argument("--token", type=Path, metavar="FILE", help=console.word("watch_token"))
    parser.add_argument("--every", type=float, default=1.0, help=console.word("watch_every"))
    parser.add_argument("--seconds", type=float, help=console.word("watch_seconds"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Show the server that runs on the ledger until it is interrupted, or for some seconds."""
    server = _server(asked)
    every_s = min(max(asked.every, 0.1), 3600.0)
    looks = looked(lambda: server.ask("/v1/status"), every_s, asked.seconds)
    # an interruption is how one stops to watch
    with contextlib.suppress(KeyboardInterrupt):
        if console.as_json:
            for look in looks:
                console.result(_facts(look))
                console.flush()
        else:
            _show(looks, console, server.url)
    return 0


def _server(asked: argparse.Namespace) -> Running:
    from tanlu.cli.streams.running import Running, running, token_of

    token = token_of(asked.token)
    found = Running(asked.url, token) if asked.url else running(asked.ledger, token)
    if found is None:
        raise TanluError("TL006", value=asked.ledger)
    return found


def looked(
    ask: Callable[[], dict[str, Any]],
    every_s: float,
    seconds: float | None,
    *,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[Look]:
    """Give a look at once, and one every so many seconds [s] until the time is over.

    The rate of a stream is that of its rows that came, new or not, between this look and the fifth
    before it.
    """
    held: list[tuple[int, dict[str, int]]] = []
    trend: tuple[float, ...] = ()
    begun = None
    while True:
        told = ask()
        now = int(told["at_us"])
        begun = now if begun is None else begun
        came = {name: int(each["rows_in"]) for name, each in told["streams"].items()}
        held = [*held, (now, came)][-LOOKS - 1 :]
        since, before = held[0]
        passed_s = (now - since) / US
        rates = {
            # a server that began anew counts from nothing
            name: max(0, count - before.get(name, 0)) / passed_s if passed_s > 0 else 0.0
            for name, count in came.items()
        }
        trend = (*trend, sum(rates.values()))[-40:]
        yield Look(now, told, rates, trend)
        if seconds is not None and (now - begun) / US + every_s > seconds:
            return
        wait(every_s)


def _facts(look: Look) -> dict[str, Any]:
    rates = {name: round(rate, 1) for name, rate in look.rates.items()}
    return {**look.told, "rates": rates, "rate": round(look.rate, 1)}


def _show(looks: Iterator[Look], console: Console, url: str) -> None:
    """Draw each look over the one before; where nobody can see that, one below the other."""
    from rich.console import Console as Terminal
    from rich.console import Group
    from rich.live import Live
    from rich.text import Text

    terminal = Terminal()
    if not terminal.is_terminal:
        for look in looks:
            console.write(_head(look, console, url))
            terminal.print(_table(look, console))
        return
    with Live(console=terminal, refresh_per_second=4, screen=False) as live:
        for look in looks:
            live.update(Group(Text(_head(look, console, url)), _table(look, console)))


def _head(look: Look, console: Console, url: str) -> str:
    told = look.told
    lines = [
        console.word("watch_head", url=url, rate=_number(look.rate), trend=_trend(look.trend)),
        console.word(
            "watch_lag", rows=_number(told["lag_rows"]), seconds=_age(told["lag_oldest_us"], look),
            mib=f"{told['queue_bytes'] / 2**20:.1f}",
        ),
    ]  # fmt: skip
    if told["open"]:
        lines.append(console.word("watch_open"))
    return "\n".join(lines)


def _table(look: Look, console: Console) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column(console.word("watch_stream"), overflow="fold")
    for name in ("rate", *COUNTED, "behind"):
        table.add_column(console.word(f"watch_{name}"), justify="right")
    for name, each in look.told["streams"].items():
        table.add_row(
            name, _number(look.rates[name]), *(_number(each[key]) for key in COUNTED),
            _age(each["received_us"], look),
            style="yellow" if each["rows_quarantined"] or each["missing"] else None,
        )  # fmt: skip
    codes: dict[str, int] = {}
    for each in look.told["streams"].values():
        for code, count in each["codes"].items():
            codes[code] = codes.get(code, 0) + count
    if codes:
        said = ", ".join(f"{code} {_number(count)}" for code, count in sorted(codes.items()))
        table.caption = console.word("watch_codes", codes=said)
        table.caption_justify = "left"
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _age(at_us: int | None, look: Look) -> str:
    """Give how long ago that was [s]; a dash for never."""
    return "-" if at_us is None else f"{max(0.0, (look.at_us - at_us) / US):.1f}"


def _trend(rates: tuple[float, ...]) -> str:
    most = max(rates, default=0.0)
    return "".join(BARS[round(rate / most * 7) if most else 0] for rate in rates)
