"""A provider of OpenID Connect of its own, over HTTP on loopback: it can be told to lie.

It answers discovery, keys, logins (with PKCE) and tokens as a real one does; nothing stands between
it and the server but the network.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "tanlu", "a secret of the client, longer than a key"


def _b64(told: Any) -> str:
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Provider:
    """What the provider knows; ``claims`` and ``about`` replace what it would say."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1"}, auto_kid=False)
        self.claims: dict[str, Any] = {}
        self.about: dict[str, Any] = {}
        self.signs = "RS256"
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.issuer = ""

    def login(self, query: str) -> str:
        """Log the person in who sits there, and give where he is sent."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(24)
        self.codes[code] = asked
        told = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(told)}"

    def token(self, form: dict[str, str], sender: str) -> dict[str, Any] | None:
        """Give the tokens of a code, once, to the client that shows the verifier of the login."""
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = _b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        plain = f"Basic {base64.b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}"
        if asked is None or sender != plain or challenge != asked["code_challenge"]:
            return None
        if form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": "248289761001", "aud": CLIENT, "nonce": asked["nonce"],
            "iat": now, "exp": now + 300, "name": "Jane Doe", "groups": ["carbon"],
        } | self.claims  # fmt: skip
        return {"access_token": "at", "token_type": "Bearer", "id_token": self.signed(claims)}

    def signed(self, claims: dict[str, Any]) -> str:
        """Sign claims, in a way that is right or one of the wrong ones."""
        header = {"alg": self.signs, "kid": "k1"}
        if self.signs == "none":
            return f"{_b64({'alg': 'none'})}.{_b64(claims)}."
        if self.signs == "HS256":
            return jwt.encode(header, claims, OctKey.import_key(SECRET), algorithms=["HS256"])
        if self.signs == "stranger":
            stranger = RSAKey.generate_key(2048, {"kid": "k1"}, auto_kid=False)
            return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, stranger)
        if self.signs == "public":
            # the public key as a shared one: what some libraries fall for
            shared = OctKey.import_key(self.key.as_pem(private=False))
            return jwt.encode({"alg": "HS256", "kid": "k1"}, claims, shared, algorithms=["HS256"])
        made = jwt.encode(header | {"alg": "RS256"}, claims, self.key)
        if self.signs == "changed":
            head, _, tail = made.split(".")
            return f"{head}.{_b64(claims | {'groups': ['boss']})}.{tail}"
        return made


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        here, parts = self.server.provider, urlsplit(self.path)
        here.asked.append(f"GET {parts.path}")
        if parts.path == "/.well-known/openid-configuration":
            told = {
                "issuer": here.issuer, "authorization_endpoint": f"{here.issuer}/authorize",
                "token_endpoint": f"{here.issuer}/token", "jwks_uri": f"{here.issuer}/keys",
                "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }  # fmt: skip
            self._say(200, told | here.about)
        elif parts.path == "/keys":
            self._say(200, {"keys": [here.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self.send_response(302)
            self.send_header("location", here.login(parts.query))
            self.send_header("content-length", "0")
            self.end_headers()
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        here = self.server.provider
        here.asked.append(f"POST {self.path}")
        form = {name: values[0] for name, values in parse_qs(body).items()}
        told = here.token(form, self.headers.get("authorization", ""))
        self._say(200 if told else 400, told or {"error": "invalid_grant"})

    def _say(self, status: int, told: Any) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        super().__init__(("127.0.0.1", 0), _Handler)
        provider.issuer = f"http://127.0.0.1:{self.server_port}"


@contextmanager
def answering() -> Iterator[Provider]:
    """Let a provider answer over HTTP."""
    made = Provider()
    server = _Server(made)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
