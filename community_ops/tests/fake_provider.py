"""An OpenID Connect provider on this machine, which lies about one thing at a time."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "community-ops", "a secret of the two"


def new_key() -> RSAKey:
    return RSAKey.import_key(
        rsa.generate_private_key(public_exponent=65537, key_size=2048), {"kid": "first", "use": "sig"}
    )


@dataclass
class FakeProvider:
    """`claims` go over those of a good token; `failing` names paths that answer 500; `issuer` is also its address."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    key: RSAKey = field(default_factory=new_key)
    signing_key: Any = None  # another than the published one
    algorithm: str = "RS256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)  # what each unused code was asked with
    asked: list[str] = field(default_factory=list)  # paths, in order

    def discovery(self, _query: dict[str, str]) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        } | self.metadata

    def jwks(self, _query: dict[str, str]) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    def authorized(self, query: dict[str, str]) -> str:
        """The address that the browser is led back to."""
        code = f"code-{len(self.asked)}"
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form["code"], None)
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        good = {"iss": self.issuer, "sub": "s-1", "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        told = good | {"nonce": asked["nonce"], "email": "lilei@example.com", "email_verified": True} | self.claims
        told = {name: value for name, value in told.items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid}
        signed = jwt.encode(header, told, self.signing_key or self.key, algorithms=[self.algorithm])
        return 200, {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": signed}


@contextmanager
def running(provider: FakeProvider) -> Iterator[FakeProvider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            provider.asked.append(parts.path)
            if parts.path in provider.failing:
                self.answer(500, {})
            elif parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorized(query))
                self.end_headers()
            else:
                paths = {"/.well-known/openid-configuration": provider.discovery, "/jwks": provider.jwks}
                self.answer(200, paths[parts.path](query))

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if self.path in provider.failing:
                return self.answer(500, {})
            return self.answer(*provider.token({name: values[0] for name, values in sent.items()}))

        def answer(self, status: int, told: Any) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def configured(settings: Any) -> Iterator[FakeProvider]:
    """A running provider that the settings name."""
    with running(FakeProvider()) as provider:
        settings.OIDC_ISSUER, settings.OIDC_NAME = provider.issuer, "企业账号"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
        yield provider
