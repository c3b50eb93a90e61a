"""Speaks OpenID Connect with the provider of the settings. Loaded only where one is configured; see single_sign_on.py.

Authlib makes and checks state, nonce and PKCE, fetches the keys and checks signature, issuer, audience and times of the
ID token. Discovery and keys are asked anew at each sign-in, so a key that the provider gave up is not believed.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoIntegration, DjangoOAuth2App
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError
from requests import RequestException

from groups.identities import Claims

TIMEOUT_SECONDS = 5
CLOCKS_DIFFER_SECONDS = 60
# Signed with a key that only the provider has; never with the secret that both know, never unsigned.
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
MALFORMED = (ValueError, TypeError, LookupError)  # what authlib raises at answers of another shape
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderDown(Exception):
    """The provider does not answer, or not as one. Nothing is wrong with the person."""


class NotProved(Exception):
    """The answer does not prove who the person is: old, made for somebody else, broken off, or forged."""


class Provider(DjangoOAuth2App):
    """Authlib's client, which believes the issuer of the settings only and keeps to good signatures."""

    def load_server_metadata(self) -> dict[str, Any]:
        metadata = super().load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
            raise ProviderDown("issuer")
        if not all(is_safe(str(metadata.get(name, ""))) for name in ENDPOINTS):
            raise ProviderDown("endpoints")
        metadata["id_token_signing_alg_values_supported"] = SIGNATURES
        return metadata


def is_safe(address: str) -> bool:
    """Whether nobody reads along: encrypted, or on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))


def ask(request: HttpRequest, back: str, next_page: str) -> HttpResponse:
    """Lead on to the provider, which leads to `back`. ProviderDown."""
    provider = _provider()
    try:
        asked = provider.create_authorization_url(back)
    except (RequestException, *MALFORMED) as broken:
        raise ProviderDown from broken
    provider.save_authorize_data(request, redirect_uri=back, next=next_page, **asked)
    return HttpResponse(status=302, headers={"Location": asked["url"]})


def answer(request: HttpRequest) -> tuple[Claims, str, str]:
    """Who came back, the ID token that proves it, and the page that they wanted. NotProved, ProviderDown."""
    provider = _provider()
    asked = provider.framework.get_state_data(request.session, request.GET.get("state"))
    if asked is None:
        raise NotProved("state")
    try:
        issuer = provider.load_server_metadata()["issuer"]
        token = provider.authorize_access_token(
            request,
            leeway=CLOCKS_DIFFER_SECONDS,
            claims_options={
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": settings.OIDC_CLIENT_ID},
            },
        )
    except RequestException as broken:
        raise ProviderDown from broken
    except (AuthlibBaseError, JoseError, *MALFORMED) as wrong:
        raise NotProved from wrong
    return _claims(token.get("userinfo") or {}), str(token["id_token"]), asked["next"]


def way_out(proof: str, back: str) -> str:
    """The address that ends the session at the provider and leads to `back`; empty where it has none. ProviderDown."""
    try:
        address = _provider().load_server_metadata().get("end_session_endpoint")
    except (RequestException, *MALFORMED) as broken:
        raise ProviderDown from broken
    if not isinstance(address, str) or not is_safe(address):
        return ""
    hints = {"id_token_hint": proof, "client_id": settings.OIDC_CLIENT_ID, "post_logout_redirect_uri": back}
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(hints)}"


def _claims(told: dict[str, Any]) -> Claims:
    subject, email = told.get("sub"), told.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise NotProved("sub")
    verified = told.get("email_verified") is True and isinstance(email, str)
    return Claims(issuer=settings.OIDC_ISSUER, subject=subject, verified_email=email if verified else "")


def _provider() -> Provider:
    return Provider(
        DjangoIntegration("sso"),
        name="sso",
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET,
        server_metadata_url=f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
        },
    )
