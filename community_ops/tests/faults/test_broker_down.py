"""Case 5: the broker is down while a page saves. The save does not notice, and the work is done once it is back."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from community_ops.celery import app
from groups.models import OutboxMessage
from groups.tests.making import make_team, make_user
from lifecycle.models import Import
from lifecycle.tasks import read_import

pytestmark = pytest.mark.services


@pytest.fixture
def crew_without_broker(make_crew, monkeypatch):
    """A crew whose broker does not run, which this process would publish to as well."""
    crew = make_crew()
    crew.broker.process.kill()
    crew.broker.process.wait()
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    before = app.conf.broker_url
    app.conf.broker_url = crew.broker.url
    yield crew
    app.conf.broker_url = before


def upload(client, team):
    file = SimpleUploadedFile("days.csv", b"group,date,messages\nA,2026-06-01,3\nA,2026-06-02,5\n")
    return client.post(reverse("import-new"), {"platform": "wecom", "file": file, "team": team.pk})


def test_an_upload_is_kept_while_the_broker_is_down_and_read_when_it_is_back(crew_without_broker):
    crew = crew_without_broker
    client = Client()
    team = make_team()
    client.force_login(make_user(team, language="en"))
    began = time.monotonic()
    answer = upload(client, team)
    took = time.monotonic() - began
    assert answer.status_code == 302
    assert took < 3, "no time is spent on the broker"
    assert OutboxMessage.objects.get().sent_at is None
    assert "Waiting for a worker" in client.get(answer.url).content.decode()
    crew.start_worker()
    crew.start_beat()
    crew.broker.spawn()
    crew.wait_until(lambda: Import.objects.get().state == "ready")
    crew.wait_until(lambda: OutboxMessage.objects.get().sent_at is not None)
    assert "Nothing is written yet" in client.get(answer.url).content.decode()


def test_naive_a_message_sent_after_the_commit_is_lost_with_the_broker(crew_without_broker):
    crew = crew_without_broker
    with pytest.raises(OperationalError), transaction.atomic():
        team = make_team()
        saved = Import.objects.create(
            team=team,
            file_name="days.csv",
            file_bytes=1,
            file_hash="x",
            state="queued",
            uploaded_at="2026-11-22T00:00Z",
        )
        read_import.delay_on_commit(saved.pk)
    assert Import.objects.filter(pk=saved.pk).exists(), "the save stands although the answer was an error"
    crew.broker.spawn()
    crew.wait_until(crew.broker.answers, supervised=False)
    assert crew.queued() == 0
