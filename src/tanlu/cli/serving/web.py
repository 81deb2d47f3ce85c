"""tanlu serve: the API and the pages of a ledger, on this machine alone unless told otherwise."""

from __future__ import annotations

import argparse
import contextlib
import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.serving import welcome
from tanlu.errors import TanluError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from tanlu.serve.api import Home
    from tanlu.share.egress import Reach

__all__ = ["composed", "declare", "open_to", "run", "serve"]

LOOPBACK = "127.0.0.1"


def declare(parser: argparse.ArgumentParser, console: Console) -> None:
    """Declare the options of the web process."""
    word = console.word
    web = parser.add_argument_group(word("serve_web"))
    web.add_argument("--home", type=Path, metavar="DIR", help=word("serve_home"))
    web.add_argument("--host", default=LOOPBACK, metavar="ADDRESS", help=word("serve_host"))
    web.add_argument("--tls", action="store_true", help=word("serve_tls"))
    web.add_argument("--behind-proxy", metavar="URL", help=word("serve_behind_proxy"))
    web.add_argument("--database", metavar="URL", help=word("serve_database"))
    web.add_argument(
        "--open-network", metavar="NETWORK", action="append", default=[],
        help=word("serve_open_network"),
    )  # fmt: skip
    web.add_argument("--demo", action="store_true", help=word("serve_demo"))


def run(asked: argparse.Namespace, console: Console) -> int:
    """Serve the ledger that was named until a signal ends it."""
    app = composed(asked.ledger, asked)
    serve(app, asked, console, lambda url: _tell(app.state.home, url, console, asked))
    return 0


def composed(ledger: Path, asked: argparse.Namespace) -> Any:
    """Give the application of a ledger with its pages."""
    from tanlu.serve.api import Home
    from tanlu.serve.application import application
    from tanlu.ui import PROBLEMS, pages

    address, reach = open_to(asked), _reach(asked)
    home = Home(ledger, path=asked.home, database=asked.database)
    # what is addressed by another name on this machine is asked by a page that is not ours
    hosts = ("localhost", address) if _here(address) and not asked.behind_proxy else ()
    return application(
        home, more=(pages(),), forms=PROBLEMS, public=asked.behind_proxy, hosts=hosts,
        reach=reach,
    )  # fmt: skip


def _reach(asked: argparse.Namespace) -> Reach:
    """Give where messages may be sent: the open internet, and networks of one's own.

    Raises
    ------
    TanluError
        TL008 for what is no network.
    """
    from tanlu.share.egress import Reach

    inside = []
    for each in asked.open_network:
        try:
            inside.append(ipaddress.ip_network(each))
        except ValueError as error:
            raise TanluError("TL008", option="--open-network", value=each, why="it is no network",
                             wanted="10.1.0.0/16") from error  # fmt: skip
    return Reach(tuple(inside))


def serve(
    app: Any,
    asked: argparse.Namespace,
    console: Console,
    ready: Callable[[str], None],
    *,
    ends: threading.Event | None = None,
) -> None:
    """Answer until a signal comes or ``ends`` is set; then all who watch are let go."""
    from tanlu.serve.running import run as answer

    home = app.state.home

    try:
        answer(
            app, asked.port, ready, address=open_to(asked), tls=_tls(asked, home.path),
            ends=ends, ending=app.state.hub.close, proxied=bool(asked.behind_proxy),
        )  # fmt: skip
    finally:
        app.state.hub.close()
        home.close()
    console.say("serve_web_ended")


def open_to(asked: argparse.Namespace) -> str:
    """Give the address to listen at.

    Raises
    ------
    TanluError
        TL943 for one that others reach, where nothing keeps what is sent from being read, TL008
        for a proxy whose address is none.
    """
    host = str(asked.host)
    if not (_here(host) or _encrypted(asked) or asked.behind_proxy):
        raise TanluError("TL943", value=host)
    if asked.behind_proxy and not asked.behind_proxy.startswith(("https://", "http://")):
        raise TanluError("TL008", option="--behind-proxy", value=asked.behind_proxy,
                         why="it is no address", wanted="https://park.example")  # fmt: skip
    return LOOPBACK if host == "localhost" else host


def _here(host: str) -> bool:
    """Tell whether an address is of this machine alone."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _encrypted(asked: argparse.Namespace) -> bool:
    return bool(asked.tls or asked.certificate or asked.key)


def _tls(asked: argparse.Namespace, home: Path) -> tuple[Path, Path] | None:
    """Give the files of certificate and key: those that were named, else ours, made when absent.

    Raises
    ------
    TanluError
        TL004 for a file that is not there, TL008 for one without the other.
    """
    from tanlu.serve.running import certificate

    if not _encrypted(asked):
        return None
    if not (asked.certificate or asked.key):
        return certificate(home)
    for path in (asked.certificate, asked.key):
        if path is None:
            one = asked.certificate or asked.key
            raise TanluError("TL008", option="--certificate, --key", value=one,
                             why="one is not given without the other",
                             wanted="--certificate FILE --key FILE")  # fmt: skip
        if not path.is_file():
            raise TanluError("TL004", value=path, why="there is no such file")
    return asked.certificate, asked.key


def _tell(home: Home, url: str, console: Console, asked: argparse.Namespace) -> None:
    console.say("serve_web_listens", url=url)
    came = welcome.first(home, asked.behind_proxy or url, console)
    console.result({"url": url, "ledger": str(asked.ledger), **came})
    console.flush()
