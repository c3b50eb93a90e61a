"""The web process of `serve`, which has no proxy in front: `python -m community_ops.patient_web FILE_NUMBER`.

A request reaches a thread when it is whole, and an answer waits in a buffer until it is taken, so people on a slow line
and connections that say nothing hold nobody up (docs/faults.md). Real installations have a proxy that does this.
"""

from __future__ import annotations

import logging
import signal
import socket
import sys

import waitress
from django.conf import settings

from community_ops.wsgi import application

THREADS = 4
CONNECTIONS = 2000  # of one process at once; each costs a few kB until it says more
SILENT_SECONDS = 30  # a connection that says nothing for so long is closed


def main(listener: socket.socket) -> None:
    """Answer until SIGTERM. Several processes may share one listener."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))  # waitress lets the running requests end
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each request that waits for a thread
    waitress.serve(
        application,
        sockets=[listener],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        channel_timeout=SILENT_SECONDS,
        cleanup_interval=10,
        asyncore_use_poll=True,  # `select` ends at a thousand
        max_request_body_size=2 * settings.UPLOAD_MAX_BYTES,  # below it the product itself says what is too large
        clear_untrusted_proxy_headers=False,  # PROXY_COUNT says how many are trusted
        ident="",
    )


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
