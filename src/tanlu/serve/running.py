"""Running an application: on loopback, plain or over TLS, until a signal ends it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import gc
import ipaddress
import signal
import socket
import threading
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.connecting import Shares, connections

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LOOPBACK", "certificate", "run"]

LOOPBACK = "127.0.0.1"
BACKLOG = 1024
# connections at once: a viewer holds one open for as long as he looks
MOST_CONNECTIONS = 8192
# so long may a head take to come, and a connection be idle; so long may a head be
HEAD_S, HEAD_BYTES = 15.0, 64 * 1024
LOOK_S = 0.1
ANSWER_S = 10.0
VALID_DAYS = 825


def run(
    app: Any,
    port: int,
    ready: Callable[[str], None],
    *,
    address: str = LOOPBACK,
    tls: tuple[Path, Path] | None = None,
    ends: threading.Event | None = None,
    ending: Callable[[], None] = lambda: None,
    head_s: float = HEAD_S,
    proxied: bool = False,
) -> None:
    """Answer until a signal comes or ``ends`` is set.

    Parameters
    ----------
    app
        An ASGI application.
    port
        Port, 0 for a free one.
    ready
        Is called with the address when the server listens.
    address
        Where to listen; this machine alone unless told otherwise.
    tls
        Files of a certificate and its key; then plain HTTP is refused on the port.
    ending
        Is called when it is to end, before what is being answered is waited for: what would be
        answered for ever ends there.
    head_s
        How long the head of a request may take to come, and a connection be idle [s].
    proxied
        Whether all connections come from a proxy, which counts those whom it lets through; else
        one address holds a quarter of them at most.

    Raises
    ------
    TanluError
        TL633 for a port that is taken, TL002 without the extra ``serve``.
    """
    try:
        embed = import_module("granian.server.embed")
        constants = import_module("granian.constants")
        settings = import_module("granian.http")
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value="granian", extra="serve") from error
    port, most = _free(address, port), connections(MOST_CONNECTIONS)
    http = embed.Server(
        app, address=address, port=port, interface=constants.Interfaces.ASGI, websockets=False,
        log_enabled=False, backlog=BACKLOG, backpressure=most,
        # where both are spoken, who says nothing at all is waited for until he does
        http=constants.HTTPModes.http1,
        http1_settings=settings.HTTP1Settings(
            header_read_timeout=int(head_s * 1000), max_buffer_size=HEAD_BYTES
        ),
        ssl_cert=tls[0] if tls else None, ssl_key=tls[1] if tls else None,
    )  # fmt: skip
    url = f"{'https' if tls else 'http'}://{address}:{port}"
    told = ends or threading.Event()
    # what a program is made of is not garbage: looking through it holds up every answer for long
    gc.collect()
    gc.freeze()
    with contextlib.nullcontext() if proxied else Shares(port, most):
        asyncio.run(_serve(http, (address, port), lambda: ready(url), told, ending))


async def _serve(
    http: Any,
    place: tuple[str, int],
    ready: Callable[[], None],
    ends: threading.Event,
    ending: Callable[[], None],
) -> None:
    loop = asyncio.get_running_loop()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ends.set)
    task = asyncio.create_task(http.serve())
    while not task.done():
        try:
            _, writer = await asyncio.open_connection(*place)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            ready()
            break
    # what ends it may come from another thread
    while not (ends.is_set() or task.done()):  # noqa: ASYNC110
        await asyncio.sleep(LOOK_S)
    ending()
    await asyncio.sleep(LOOK_S)
    http.stop()
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(task, ANSWER_S)


def _free(address: str, port: int) -> int:
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
            return int(probe.getsockname()[1])
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise TanluError("TL633", value=port, why=why) from error


def certificate(folder: Path) -> tuple[Path, Path]:
    """Give the files of a certificate of this machine for itself and of its key, made when absent.

    It is signed by nobody else: a browser warns of it. Where others connect, give one of yours.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    chain, secret = folder / "tls.pem", folder / "tls.key"
    if chain.exists() and secret.exists():
        return chain, secret
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    places = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(LOOPBACK))]
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .sign(key, hashes.SHA256())
    )
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    secret.touch(mode=0o600)
    secret.write_bytes(text)
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return chain, secret
