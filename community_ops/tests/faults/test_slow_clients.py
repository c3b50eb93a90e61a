"""Case 66: clients that send or take a byte at a time hold up nobody else: of `serve`, and behind each proxy."""

import shlex
import socket

import pytest

from community_ops.bootstrap import ROOT
from community_ops.embedded.access import free_port
from community_ops.tests.faults.proxies import HOST, proxy_before
from community_ops.tests.faults.slow_clients import KINDS, Server, SlowClients

pytestmark = pytest.mark.services
PATIENCE = 20  # only a failure waits so long; a thread is held for as long as its client likes
LARGE = "/static/vendor/bootstrap-5.3.9/bootstrap.min.css"


def words_of_the_unit(port):
    """What the unit of a real installation runs behind `python -m`, on a port of ours."""
    unit = (ROOT / "docs" / "deploy" / "community-ops-web.service").read_text()
    words = shlex.split(unit.split("ExecStart=")[1].splitlines()[0])
    words[words.index("--bind") + 1] = f"127.0.0.1:{port}"
    return words[words.index("-m") + 1 :]


def answers(server):
    return server.seconds_to_answer("/healthz", 5) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_serve_answers_beside_slow_clients(make_crew, kind):
    crew = make_crew()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        crew.start_web_by(["community_ops.patient_web", str(listener.fileno())], listener)
        server = Server(listener.getsockname()[1])
        crew.wait_until(lambda: answers(server))
        with SlowClients(server, kind, 60, LARGE):
            assert server.seconds_to_answer("/healthz", PATIENCE) is not None
            assert server.seconds_to_answer("/login/", PATIENCE) is not None


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_a_real_installation_answers_beside_slow_clients(make_crew, tmp_path, proxy, kind):
    port = free_port()
    crew = make_crew(ALLOWED_HOSTS=HOST, PROXY_COUNT="1", SECURE_COOKIES="true")
    crew.start_web_by(words_of_the_unit(port))
    with proxy_before(proxy, port, tmp_path) as server:
        crew.wait_until(lambda: answers(server))
        with SlowClients(server, kind, 200, LARGE):
            assert server.seconds_to_answer("/healthz", PATIENCE) is not None
            assert server.seconds_to_answer("/login/", PATIENCE) is not None


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["headers", "body"])
def test_without_a_proxy_slow_clients_hold_every_thread(make_crew, kind):
    port = free_port()
    crew = make_crew(ALLOWED_HOSTS="127.0.0.1")
    crew.start_web_by(words_of_the_unit(port))
    server = Server(port)
    crew.wait_until(lambda: answers(server))
    with SlowClients(server, kind, 200):
        assert server.seconds_to_answer("/healthz", 5) is None
