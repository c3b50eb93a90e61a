from collections.abc import Iterator

import httpx
import pytest

from lifecycle.tests.wecom.making import connected
from lifecycle.tests.wecom.server import Wecom, running
from lifecycle.wecom import client


@pytest.fixture
def wecom(settings, monkeypatch) -> Iterator[Wecom]:
    """A WeCom on this machine, without a connection to it."""
    with running(Wecom()) as server:
        settings.WECOM_API, settings.WECOM_API_ANYWHERE = server.address, True
        monkeypatch.setattr(client, "TIMEOUT", httpx.Timeout(3))
        monkeypatch.setattr(client, "PAUSES", (0.01, 0.01))
        yield server


@pytest.fixture
def connection(db, wecom):
    return connected()
