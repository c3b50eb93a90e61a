"""The proxies of docs/deploy, started for real with ports, a certificate and folders of a test."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from community_ops.bootstrap import ROOT
from community_ops.embedded.access import free_port
from community_ops.embedded.processes import kill_group, spawn
from community_ops.tests.faults.slow_clients import Server

HOST = "ops.example.com"  # as the files of docs/deploy have it
INSTALL = {"nginx": "apt-get install nginx-light", "caddy": "apt-get install caddy, or the release of caddyserver.com"}


@contextmanager
def proxy_before(name: str, port: int, folder: Path) -> Iterator[Server]:
    """nginx or caddy in front of that port, by our own file; skips the test where it is not installed."""
    program = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip(f"{name} is not installed ({INSTALL[name]})")
    certificate, key = _certificate(folder)
    server = Server(free_port(), HOST, str(certificate))
    if name == "nginx":
        command = [program, "-e", str(folder / "errors.log"), "-c", str(_nginx(server.port, port, certificate, key))]
    else:
        command = [
            program,
            "run",
            "--adapter",
            "caddyfile",
            "--config",
            str(_caddy(server.port, port, certificate, key)),
        ]
    homes = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    process = spawn(command, log=folder / "proxy.log", folder=folder, environment=os.environ | homes)
    try:
        yield server
    finally:
        kill_group(process.pid)
        process.wait()


def _replaced(text: str, *changes: tuple[str, str]) -> str:
    """The text after these replacements, each of which must have something to replace."""
    for pattern, by in changes:
        text, count = re.subn(pattern, by, text)
        assert count, f"the file of docs/deploy has no {pattern}"
    return text


def _nginx(port: int, behind: int, certificate: Path, key: Path) -> Path:
    folder = certificate.parent
    ours = _replaced(
        (ROOT / "docs" / "deploy" / "nginx.conf").read_text(),
        (r"listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"ssl_certificate \S+;", f"ssl_certificate {certificate};"),
        (r"ssl_certificate_key \S+;", f"ssl_certificate_key {key};"),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{behind}"),
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    # Around it what Debian's nginx.conf says, as far as it matters here.
    whole = f"{user} daemon off; pid {folder / 'nginx.pid'}; events {{ worker_connections 768; }}\n"
    whole += f"http {{ access_log off; {folders}\n{ours}}}\n"
    (folder / "nginx.conf").write_text(whole)
    return folder / "nginx.conf"


def _caddy(port: int, behind: int, certificate: Path, key: Path) -> Path:
    folder = certificate.parent
    ours = _replaced(
        (ROOT / "docs" / "deploy" / "Caddyfile").read_text(),
        (r"(?m)^\{\n", "{\n\tadmin off\n\tauto_https disable_redirects\n"),
        (rf"(?m)^{re.escape(HOST)} \{{\n", f"https://{HOST}:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate} {key}\n"),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{behind}"),
        (r"output file \S+", f"output file {folder / 'caddy.log'}"),
    )
    (folder / "Caddyfile").write_text(ours)
    return folder / "Caddyfile"


def _certificate(folder: Path) -> tuple[Path, Path]:
    """The files of a certificate for our name, signed by itself, and of its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(made.public_bytes(encoding))
    (folder / "key.pem").write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "certificate.pem", folder / "key.pem"
