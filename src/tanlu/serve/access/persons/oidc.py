"""Login by the house of one's own (OpenID Connect): whom it vouches for, and as what.

Persons are told apart by issuer and subject, never by a name or an address of mail: who can choose
his name elsewhere becomes nobody else here.
"""

from __future__ import annotations

import hmac
import threading
import time
import tomllib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from tanlu.errors import TanluError
from tanlu.serve.access.persons import people
from tanlu.store.relational.tables.access import MEMBERS, SUBJECTS

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.store.relational import Everywhere

__all__ = ["House", "Provider", "Secrets", "Vouched", "let_in", "read"]

# signatures that only the other house can make; never one that its client could make too
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
              "Ed25519")  # fmt: skip
TIMEOUT_S, LEEWAY_S = 10.0, 60
# keys of the house are asked for anew when one is unknown, at most so often [s]
KEYS_S = 60.0
NEAR = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Provider:
    """Another house that vouches for persons: where it is, who we are there, what its words mean.

    ``roles`` gives for a value of ``claim`` a role here; the first line that fits counts.
    """

    issuer: str
    client_id: str
    client_secret: str
    roles: dict[str, str]
    organisation: str = "home"
    claim: str = "groups"
    scope: str = "openid profile"
    shown: str = "name"

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        near = parts.scheme == "http" and parts.hostname in NEAR
        if parts.scheme != "https" and not near:
            raise TanluError("TL968", why="the issuer is not reached by https")
        for role in self.roles.values():
            people.checked(role)

    def role(self, claims: dict[str, Any]) -> str | None:
        """Give the role that the house's words mean here; None when they mean none."""
        said = claims.get(self.claim)
        values = {said} if isinstance(said, str) else set(map(str, said or ()))
        return next((role for value, role in self.roles.items() if value in values), None)


class Secrets(NamedTuple):
    """What binds a login to one browser, all from one secret in its cookie."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def of(cls, secret: str) -> Secrets:
        """Give them for a secret; from none of them the secret or another follows."""
        key = secret.encode("utf-8", "surrogatepass")
        told = (hmac.digest(key, name.encode(), sha256) for name in cls._fields)
        return cls(*(urlsafe_b64encode(each).decode().rstrip("=") for each in told))


class Vouched(NamedTuple):
    """For whom the house vouches: subject, how he is called, and his role."""

    subject: str
    shown: str
    role: str


def read(path: Path) -> Provider | None:
    """Give the house of a file ``oidc.toml``; None without one.

    Raises
    ------
    TanluError
        TL968 for a file that cannot be read so.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"))
        return Provider(**told)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise TanluError("TL968", why=str(error)) from error


class House:
    """Asks the other house, and believes only what it signed for this login.

    Parameters
    ----------
    provider
        The house.
    transport
        Carries requests in place of the network, for tests.
    """

    def __init__(self, provider: Provider, transport: Any = None) -> None:
        try:
            import_module("authlib")
        except ModuleNotFoundError as error:
            raise TanluError("TL002", value="authlib", extra="oidc") from error
        self.provider = provider
        self._http = import_module("httpx").Client(
            timeout=TIMEOUT_S, transport=transport, follow_redirects=False, trust_env=False
        )
        self._turn = threading.Lock()
        self._about: dict[str, Any] = {}
        self._keys: tuple[float, Any] = (-KEYS_S, None)

    def close(self) -> None:
        """Let go of the connections to it."""
        self._http.close()

    def address(self, secrets: Secrets, back: str) -> str:
        """Give where the browser logs in."""
        rfc7636 = import_module("authlib.oauth2.rfc7636")
        query = {
            "response_type": "code", "client_id": self.provider.client_id,
            "redirect_uri": back, "scope": self.provider.scope, "state": secrets.state,
            "nonce": secrets.nonce, "code_challenge_method": "S256",
            "code_challenge": rfc7636.create_s256_code_challenge(secrets.verifier),
        }  # fmt: skip
        at = self._said("authorization_endpoint")
        return f"{at}{'&' if '?' in at else '?'}{urlencode(query)}"

    def vouched(self, code: str, secrets: Secrets, back: str) -> Vouched:
        """Give for whom the house vouches.

        Raises
        ------
        TanluError
            TL962 when it does not, or not for this login, or his words mean no role here.
        """
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back,
            "code_verifier": secrets.verifier,
        }  # fmt: skip
        sender = (self.provider.client_id, self.provider.client_secret)
        told = self._asked("POST", self._said("token_endpoint"), data=form, auth=sender)
        claims = self._checked(str(told.get("id_token") or ""), secrets, told.get("access_token"))
        role = self.provider.role(claims)
        if role is None:
            raise TanluError("TL962", why="no role of this server is meant for you")
        shown = claims.get(self.provider.shown) or claims.get("preferred_username") or ""
        return Vouched(str(claims["sub"])[:255], str(shown)[:100], role)

    def _checked(self, token: str, secrets: Secrets, access: Any) -> dict[str, Any]:
        core, errors = import_module("authlib.oidc.core"), import_module("joserfc.errors")
        params = {"nonce": secrets.nonce, "client_id": self.provider.client_id}
        if access:
            params["access_token"] = access
        options = {
            "iss": {"essential": True, "value": self.provider.issuer},
            "aud": {"essential": True, "value": self.provider.client_id},
        }
        try:
            found = self._decoded(token)
            claims = core.CodeIDToken(found.claims, found.header, options, params)
            claims.validate(leeway=LEEWAY_S)
        except (errors.JoseError, ValueError, TypeError) as error:
            raise TanluError("TL962", why=type(error).__name__) from error
        return dict(claims)

    def _decoded(self, token: str) -> Any:
        jwt, errors = import_module("joserfc.jwt"), import_module("joserfc.errors")
        try:
            return jwt.decode(token, self._key_set(), algorithms=ALGORITHMS)
        except (errors.InvalidKeyIdError, ValueError):
            # the house may have new keys
            return jwt.decode(token, self._key_set(anew=True), algorithms=ALGORITHMS)

    def _key_set(self, *, anew: bool = False) -> Any:
        jwk = import_module("joserfc.jwk")
        with self._turn:
            at, keys = self._keys
            stale = keys is None or (anew and time.monotonic() - at >= KEYS_S)
        if stale:
            keys = jwk.KeySet.import_key_set(self._asked("GET", self._said("jwks_uri")))
            with self._turn:
                self._keys = (time.monotonic(), keys)
        return keys

    def _said(self, name: str) -> str:
        with self._turn:
            about = self._about
        if not about:
            place = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
            about = self._asked("GET", place)
            if about.get("issuer") != self.provider.issuer:
                raise TanluError("TL962", why="it calls itself by another name")
            with self._turn:
                self._about = about
        if not isinstance(about.get(name), str):
            raise TanluError("TL962", why=f"it does not say its {name}")
        return str(about[name])

    def _asked(self, method: str, place: str, **more: Any) -> dict[str, Any]:
        httpx = import_module("httpx")
        try:
            told = self._http.request(method, place, **more)
            body = told.json() if told.status_code == 200 else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise TanluError("TL962", why=type(error).__name__) from error
        if not isinstance(body, dict):
            raise TanluError("TL962", why=f"the house answered {told.status_code}")
        return body


def let_in(state: Everywhere, provider: Provider, vouched: Vouched) -> dict[str, Any]:
    """Give the person for whom a house vouches, new when he is new, in the role that it says.

    Raises
    ------
    TanluError
        TL962 when he is disabled here or was let out of the organisation.
    """
    known = (SUBJECTS.c.issuer == provider.issuer, SUBJECTS.c.subject == vouched.subject)
    row = state.one(SUBJECTS, *known)
    scoped = state.of(provider.organisation)
    if row is None:
        told = sha256(f"{provider.issuer}\0{vouched.subject}".encode()).hexdigest()
        person = people.add(state, f"oidc.{told[:24]}", None, shown=vouched.shown)
        state.add(SUBJECTS, {
            "issuer": provider.issuer, "subject": vouched.subject, "person": person,
            "created_us": people.now_us(),
        })  # fmt: skip
    else:
        person = str(row["person"])
    member = scoped.one(MEMBERS, MEMBERS.c.person == person)
    if member is None:
        people.join(scoped, person, vouched.role)
    elif member["ended_us"] is None and member["role"] != vouched.role:
        people.change_role(scoped, person, vouched.role)
    found = people.active(state, person)
    if found is None or (member is not None and member["ended_us"] is not None):
        raise TanluError("TL962", why="you are disabled here")
    return found
