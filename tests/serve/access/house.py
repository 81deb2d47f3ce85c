"""A small house that vouches for persons (OpenID Connect), for tests: it can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

ISSUER, CLIENT, SECRET = "https://id.example", "tanlu-here", "a secret of the client"


class House:
    """Answers discovery, keys and tokens.

    ``lies`` replace claims, ``about`` what it says of itself.
    """

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "one"}, auto_kid=False)
        self.lies: dict[str, Any] = {}
        self.about: dict[str, Any] = {}
        self.person: dict[str, Any] = {"sub": "s-1", "name": "Ann A.", "groups": ["carbon"]}
        self.codes: dict[str, dict[str, str]] = {}
        self.signed_by: Any = None
        self.header: dict[str, Any] = {}
        self.asked: list[str] = []

    def transport(self) -> httpx.MockTransport:
        """Carry requests to this house."""
        return httpx.MockTransport(self._answer)

    def log_in(self, address: str) -> dict[str, str]:
        """What the person's browser does there: give the query with which it is sent back."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": ISSUER}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        if request.url.path == "/.well-known/openid-configuration":
            told = {
                "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token", "jwks_uri": f"{ISSUER}/keys",
            }  # fmt: skip
            return httpx.Response(200, json={**told, **self.about})
        if request.url.path == "/keys":
            return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})
        return self._token(request)

    def _token(self, request: httpx.Request) -> httpx.Response:
        said = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        asked = self.codes.pop(form["code"], None)
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        if (
            asked is None
            or request.headers["authorization"] != f"Basic {said}"
            or form["redirect_uri"] != asked["redirect_uri"]
            or base64.urlsafe_b64encode(challenge).decode().rstrip("=") != asked["code_challenge"]
        ):
            return httpx.Response(400, json={"error": "invalid_grant"})
        now = int(time.time())
        claims = {
            "iss": ISSUER, "aud": asked["client_id"], "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], **self.person, **self.lies,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "ES256", "kid": "one", **self.header}
        key = self.signed_by or self.key
        token = jwt.encode(header, claims, key, algorithms=["ES256", "HS256"])
        return httpx.Response(200, json={"access_token": "x", "token_type": "Bearer",
                                         "id_token": token})  # fmt: skip


def shared() -> OctKey:
    """The client's secret as a key: with it the client could vouch for anybody itself."""
    return OctKey.import_key(SECRET)
