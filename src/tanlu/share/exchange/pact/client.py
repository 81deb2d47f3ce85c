"""A client of a partner's host: a token, all footprints page by page, one, and events.

It knows nothing of sockets: a transport asks for it, and decides what addresses may be reached.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import quote, urlencode, urljoin, urlsplit

from tanlu.errors import TanluError
from tanlu.share.egress import Reply
from tanlu.share.exchange.pact.checks import check_all
from tanlu.share.exchange.pact.events import MEDIA
from tanlu.share.exchange.pact.parsing import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tanlu.share.exchange.pact.events import Event
    from tanlu.share.exchange.pact.model import Finding

__all__ = ["Client", "Fetched", "Partner", "Reply", "Transport"]

# of one list: pages, and bytes of all of them together, for they are held until all are there
MOST_PAGES, MOST_BYTES = 10_000, 256 << 20
LINK = re.compile(r"<([^<>]*)>\s*((?:;[^,<]*)*)")
OK, OVER, GOOD = 200, 401, (200, 202)
DEFAULT_PORTS = {"https": 443, "http": 80}


class Transport(Protocol):
    """Whatever sends a request and gives the reply; it raises TL866 when it cannot."""

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Give the reply to a request."""


class Partner(NamedTuple):
    """Where a partner's host is, and how we are known there."""

    base: str
    client: str
    secret: str

    def __repr__(self) -> str:
        """Name the partner without the secret."""
        return f"Partner({self.base}, {self.client})"


class Fetched(NamedTuple):
    """Footprints as they came, and what is wrong with each, by identity."""

    form: int
    contents: list[Any]
    findings: dict[str, list[Finding]]


class Client:
    """Asks one partner; holds its token until it is over."""

    def __init__(self, partner: Partner, transport: Transport) -> None:
        self.partner = partner._replace(base=partner.base.rstrip("/"))
        self.transport = transport
        self._token = ""

    def fetch(self, form: int = 3, asked: Iterable[tuple[str, str]] = ()) -> Fetched:
        """Give all footprints that meet the criteria, with what an import check finds in them.

        Raises
        ------
        TanluError
            TL866 when the partner cannot be reached, TL879 when it does not answer as PACT says.
        """
        contents = [each for page in self.pages(form, asked) for each in page]
        return Fetched(form, contents, check_all(contents, form))

    def pages(self, form: int = 3, asked: Iterable[tuple[str, str]] = ()) -> Iterator[list[Any]]:
        """Give the pages of footprints, as long as the partner links a next one."""
        return self.listed(f"/{form}/footprints", asked)

    def listed(self, path: str, asked: Iterable[tuple[str, str]] = ()) -> Iterator[list[Any]]:
        """Give the pages of any list of the partner, as long as it links a next one."""
        query = urlencode(list(asked), quote_via=quote)
        url = f"{self.partner.base}{path}" + (f"?{query}" if query else "")
        seen, came = {url}, 0
        for _ in range(MOST_PAGES):
            reply = self._asked("GET", url)
            came += len(reply.body)
            if came > MOST_BYTES:
                raise _wrong(url, f"more than {MOST_BYTES:,} bytes on all pages")
            data = self._json(url, reply, GOOD).get("data")
            if not isinstance(data, list):
                raise _wrong(url, "data is no list")
            yield data
            following = _next(reply.headers.get("link", ""))
            if following is None:
                return
            url = urljoin(url, following)
            if _origin(url) != _origin(self.partner.base):
                raise _wrong(url, "the next page is another server's")
            if url in seen:
                raise _wrong(url, "the pages lead in a circle")
            seen.add(url)
        raise _wrong(url, f"more than {MOST_PAGES} pages")

    def one(self, name: str, form: int = 3) -> Any:
        """Give one footprint as it came."""
        url = f"{self.partner.base}/{form}/footprints/{quote(name, safe='')}"
        return self._json(url, self._asked("GET", url), GOOD).get("data")

    def send(self, event: Event) -> None:
        """Bring an event to the partner."""
        url = f"{self.partner.base}/{event.form}/events"
        reply = self._asked("POST", url, {"content-type": MEDIA}, event.encode())
        if not OK <= reply.status < OK + 100:
            raise _wrong(url, f"it answered {reply.status}")

    def _asked(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Reply:
        fresh = not self._token
        reply = self._once(method, url, headers, body)
        if reply.status == OVER and not fresh:
            # a token that was good is over: one more, once
            self._token = ""
            reply = self._once(method, url, headers, body)
        return reply

    def _once(self, method: str, url: str, headers: Mapping[str, str] | None, body: bytes) -> Reply:
        token = self._token or self._login()
        told = {"accept": "application/json", **(headers or {}), "authorization": f"Bearer {token}"}
        return self.transport.ask(method, url, told, body)

    def _login(self) -> str:
        where = self._token_endpoint()
        known = f"{self.partner.client}:{self.partner.secret}".encode()
        headers = {
            "authorization": f"Basic {base64.b64encode(known).decode()}",
            "content-type": "application/x-www-form-urlencoded", "accept": "application/json",
        }  # fmt: skip
        reply = self.transport.ask("POST", where, headers, b"grant_type=client_credentials")
        token = self._json(where, reply, (OK,)).get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise _wrong(where, "it gives no token")
        self._token = token
        return token

    def _token_endpoint(self) -> str:
        where = f"{self.partner.base}/.well-known/openid-configuration"
        try:
            told = self._json(where, self.transport.ask("GET", where, {}), (OK,))
        except TanluError:
            told = {}
        found = told.get("token_endpoint")
        # a secret is never sent over less than what it was asked for by
        if isinstance(found, str) and urlsplit(found).scheme == urlsplit(self.partner.base).scheme:
            return found
        return f"{self.partner.base}/auth/token"

    def _json(self, url: str, reply: Reply, good: tuple[int, ...]) -> dict[str, Any]:
        if reply.status not in good:
            raise _wrong(url, f"it answered {reply.status}")
        try:
            told = parsed(reply.body)
        except ValueError as error:
            raise _wrong(url, "its answer is no JSON") from error
        if not isinstance(told, dict):
            raise _wrong(url, "its answer is no object")
        return told


def _next(header: str) -> str | None:
    """Give the target of the link to the next page (RFC 8288), None without one."""
    for found in LINK.finditer(header):
        for told in found[2].split(";"):
            name, _, value = told.strip().partition("=")
            if name.strip().lower() == "rel" and "next" in value.strip(' "').lower().split():
                return found[1]
    return None


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        port = None
    return parts.scheme, (parts.hostname or "").lower(), port


def _wrong(url: str, why: str) -> TanluError:
    return TanluError("TL879", value=url.partition("?")[0], why=why)
