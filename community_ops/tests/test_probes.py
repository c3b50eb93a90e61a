from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from community_ops import probes
from groups.models import OutboxMessage

pytestmark = pytest.mark.django_db


def waiting(seconds, **fields):
    OutboxMessage.objects.create(
        key=f"waiting {seconds}", kind="test", available_at=timezone.now() - timedelta(seconds=seconds), **fields
    )


def test_the_process_answers_without_a_log_in_and_without_a_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok"


@pytest.mark.parametrize(
    ("seconds", "status"), [(290, 200), (310, 503), (-310, 200)], ids=["soon", "late", "not yet due"]
)
def test_a_message_that_waits_over_five_minutes_is_a_reason_not_to_be_ready(client, seconds, status):
    waiting(seconds)
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert answer.json()["ready"] is (status == 200)


def test_a_sent_message_does_not_count(client):
    waiting(1000, sent_at=timezone.now())
    assert client.get("/readyz").json() == {"ready": True, "database": "ok", "oldest_unsent_seconds": 0}


def test_without_a_database_the_answer_is_503_and_no_trace(client, monkeypatch):
    def away():
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", away)
    assert probes.readyz(None).status_code == 503
