"""Clients that send or take a byte at a time, to see who is still answered beside them.

    .venv/bin/python -m community_ops.tests.faults.slow_clients http://127.0.0.1:8100 --clients 20

measures a server on this machine: for each kind of client the seconds until `/healthz` and `/login/` answered.
"""

from __future__ import annotations

import argparse
import http.client
import socket
import ssl
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread
from urllib.parse import urlsplit

SECONDS_BETWEEN_BYTES = 0.2
SMALL_BUFFER = 2048  # bytes that the kernel takes for a client that does not read
KINDS = ("headers", "body", "reading", "silent")


@dataclass(frozen=True)
class Server:
    """Where to connect: `host` is the name that it is asked for; with `certificate` (a file) by TLS."""

    port: int
    host: str = "127.0.0.1"
    certificate: str = ""

    def connect(self, seconds: float, buffer: int = 0) -> socket.socket:
        """A connection, of TLS where there is a certificate; its waits end after so many seconds with OSError."""
        plain = socket.socket()
        try:
            if buffer:
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
            plain.settimeout(seconds)
            plain.connect(("127.0.0.1", self.port))
            if not self.certificate:
                return plain
            return ssl.create_default_context(cafile=self.certificate).wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def seconds_to_answer(self, path: str, patience: float) -> float | None:
        """How long a request takes that is sent at once; None when nothing came in time."""
        began = time.monotonic()
        with suppress(OSError, http.client.HTTPException), self.connect(patience) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\nConnection: close\r\n\r\n".encode())
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            answer.read()
            if answer.status == 200:
                return time.monotonic() - began
        return None


class SlowClients:
    """So many clients of one kind, as long as the context lasts. Whoever is cut off comes again at once.

    headers: a header that never ends; body: a form of a megabyte; reading: asks for `large` and reads it slowly;
    silent: connects and says nothing.
    """

    def __init__(self, server: Server, kind: str, count: int, large: str = "/") -> None:
        self.server, self.kind, self.count = server, kind, count
        host = f"Host: {server.host}\r\n"
        self.greeting = {
            "headers": f"GET /login/ HTTP/1.1\r\n{host}X-Slow: ",
            "body": f"POST /login/ HTTP/1.1\r\n{host}Content-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: 1000000\r\n\r\nusername=",
            "reading": f"GET {large} HTTP/1.1\r\n{host}Connection: close\r\n\r\n",
            "silent": "",
        }[kind].encode()
        self.over = Event()
        self.thread = Thread(target=self._run, daemon=True)
        self.settled = Event()

    def __enter__(self) -> SlowClients:
        self.thread.start()
        assert self.settled.wait(60), "the clients did not come to connect"
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join(timeout=30)
        assert not self.thread.is_alive()

    def _run(self) -> None:
        connections: list[socket.socket | None] = [None] * self.count
        while not self.over.is_set():
            for place, connection in enumerate(connections):
                connections[place] = self._go_on(connection) if connection else self._begin()
            self.settled.set()
            self.over.wait(SECONDS_BETWEEN_BYTES)
        for connection in connections:
            if connection:
                connection.close()

    def _begin(self) -> socket.socket | None:
        try:
            connection = self.server.connect(5, SMALL_BUFFER if self.kind == "reading" else 0)
        except OSError:
            return None
        try:
            connection.sendall(self.greeting)
            return connection
        except OSError:
            connection.close()
            return None

    def _go_on(self, connection: socket.socket) -> socket.socket | None:
        """One byte more; None when the server has ended the connection."""
        try:
            if self.kind in ("headers", "body"):
                connection.sendall(b"a")
            connection.settimeout(0.001)
            if connection.recv(1):
                return connection
        except TimeoutError:
            return connection
        except OSError:
            pass
        connection.close()
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="http://127.0.0.1:PORT")
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--patience", type=float, default=15.0, help="seconds until a request counts as unanswered")
    parser.add_argument("--large", default="/static/app.css", help="what those that read slowly ask for")
    asked = parser.parse_args()
    address = urlsplit(asked.address)
    if address.hostname not in ("127.0.0.1", "localhost"):
        sys.exit("only a server on this machine is measured")
    server = Server(address.port or 80)
    for kind in KINDS:
        with SlowClients(server, kind, asked.clients, asked.large):
            for path in ("/healthz", "/login/"):
                took = [server.seconds_to_answer(path, asked.patience) for _ in range(3)]
                told = ", ".join("none" if each is None else f"{each:.2f}" for each in took)
                print(f"{asked.clients} {kind}: {path} {told}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
