"""What watchmen read: /metrics for who may, request times of all processes, and the sign of life while all is well."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import override

from community_ops.notices import gathering
from community_ops.notices.wording import address_of, sentence_of
from community_ops.tests.test_doctor import FIGURES
from community_ops.watching import alarms, exposition, figures, request_times, sign_of_life
from groups.models import Notice, NoticeKind, OutboxMessage
from groups.tests.making import make_group, make_team, make_user
from lifecycle.models import NightFault, NightRun

LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+]+')


def value_of(text: str, name: str) -> float:
    return float(next(line.split()[-1] for line in text.splitlines() if line.startswith(name)))


@pytest.mark.django_db
def test_each_line_is_of_the_format_and_says_what_the_rows_say(client, django_assert_num_queries):
    late = timezone.now() - timedelta(minutes=10)
    OutboxMessage.objects.create(key="late", kind="night_chunk", available_at=late)
    with django_assert_num_queries(1):
        answer = client.get("/metrics")
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert [line for line in text.splitlines() if not line.startswith("#") and not LINE.fullmatch(line)] == []
    assert value_of(text, "community_ops_outbox_unsent ") == 1
    assert 600 <= value_of(text, "community_ops_outbox_oldest_seconds ") < 700
    assert value_of(text, "community_ops_database_up ") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "given", "status"),
    [
        ("", {"REMOTE_ADDR": "127.0.0.1"}, 200),
        ("", {"REMOTE_ADDR": "10.0.0.8"}, 404),
        ("", {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7"}, 404),
        ("t0ken", {"REMOTE_ADDR": "127.0.0.1"}, 404),
        ("t0ken", {"REMOTE_ADDR": "10.0.0.8", "HTTP_AUTHORIZATION": "Bearer t0ken"}, 200),
        ("t0ken", {"REMOTE_ADDR": "10.0.0.8", "HTTP_AUTHORIZATION": "Bearer t0kem"}, 404),
        ("t0ken", {"REMOTE_ADDR": "10.0.0.8", "HTTP_AUTHORIZATION": "Bearer ü"}, 404),
    ],
)
def test_nobody_else_learns_that_it_is_there(client, settings, token, given, status):
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", **given).status_code == status


def test_without_a_database_it_says_so_and_the_rest(client, monkeypatch):
    def away(**_):
        raise OperationalError

    monkeypatch.setattr(figures, "read", away)
    text = client.get("/metrics").content.decode()
    assert value_of(text, "community_ops_database_up ") == 0 and "community_ops_request_seconds" in text


def test_times_of_this_process_and_of_others_are_added_up(settings, tmp_path, monkeypatch):
    settings.LOCAL_DIR = tmp_path
    monkeypatch.setattr(request_times, "_counts", type(request_times._counts)())
    monkeypatch.setattr(request_times, "_kept_at", 0.0)
    request_times.note("/groups/", 200, 0.07)
    request_times.note("/groups/", 200, 0.05)
    request_times.note("/api/v1/groups", 503, 12.0)
    request_times.folder().joinpath("1.json").write_text(json.dumps({"page 2xx +Inf": 3, "page 2xx milliseconds": 500}))
    request_times.folder().joinpath("2.json").write_text("{torn")
    text = "\n".join(exposition.of_requests(request_times.counted()))
    page = 'community_ops_request_seconds_{}{{kind="page",status="2xx"{}}}'
    assert f"{page.format('bucket', ',le=' + chr(34) + '0.05' + chr(34))} 1" in text
    assert f"{page.format('bucket', ',le=' + chr(34) + '0.1' + chr(34))} 2" in text
    assert f"{page.format('count', '')} 5" in text and f"{page.format('sum', '')} 0.62" in text
    assert 'community_ops_request_seconds_bucket{kind="api",status="5xx",le="10.0"} 0' in text
    assert 'community_ops_request_seconds_count{kind="api",status="5xx"} 1' in text


def test_what_processes_counted_that_ended_weeks_ago_is_forgotten(settings, tmp_path):
    settings.LOCAL_DIR = tmp_path
    request_times.folder().mkdir(parents=True)
    for name in ("1.json", "2.json"):
        request_times.folder().joinpath(name).write_text("{}")
    os.utime(request_times.folder() / "1.json", (0, 0))
    request_times.forget_old(15 * 86_400.0)
    assert [path.name for path in request_times.folder().iterdir()] == ["2.json"]


@pytest.mark.parametrize(
    ("changes", "hour", "found"),
    [
        ({}, 23, []), ({"due_night": date(2026, 7, 1)}, 8, []), ({"due_night": date(2026, 7, 1)}, 9, ["nights"]),
        ({"due_night": date(2026, 7, 2)}, 1, ["nights"]), ({"oldest_unsent": 301.0}, 12, ["outbox"]),
        ({"oldest_import": 1801.0, "put_aside": 4}, 12, ["imports"]),
    ],
)  # fmt: skip
def test_what_is_bad_keeps_the_sign_of_life_back(changes, hour, found):
    assert sign_of_life.troubles(replace(FIGURES, **changes), hour) == found


@pytest.mark.django_db
def test_the_watchman_is_told_while_all_is_well_and_his_absence_harms_nobody(settings, monkeypatch):
    asked = []

    def answer(url, timeout):
        asked.append(url)
        return httpx.Response(status, request=httpx.Request("GET", url))

    monkeypatch.setattr(httpx, "get", answer)
    status, now = 200, timezone.now()
    assert sign_of_life.send(now=now) is False and asked == []
    settings.ALIVE_URL = "https://hc.example.com/ping/1"
    assert sign_of_life.send(now=now) is True and asked == ["https://hc.example.com/ping/1"]
    status = 503
    assert sign_of_life.send(now=now) is False
    OutboxMessage.objects.create(key="late", kind="night_chunk", available_at=now - timedelta(hours=1))
    assert sign_of_life.send(now=now) is False and len(asked) == 2


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {}), ({"unsent": 3, "oldest_unsent": 300.0}, {}), ({"unsent": 3, "oldest_unsent": 301.0}, {"outbox": 3}),
        ({"imports_waiting": 1, "oldest_import": 1801.0}, {"imports": 1}), ({"put_aside": 2}, {"put_aside": 2}),
        ({"silent_sources": 1}, {"sources": 1}), ({"ticks": {"ensure_nights": 901.0}}, {"ticks": 1}),
        ({"ticks": {}}, {"ticks": 1}), ({"ticks": {}, "set_up": 900.0}, {}),
    ],
)  # fmt: skip
def test_what_administrators_are_told_of(changes, found):
    assert alarms.standing(replace(FIGURES, **changes)) == found


@pytest.mark.django_db
def test_administrators_are_told_once_a_day_in_words_that_lead_somewhere(client):
    admin, _operator = make_user(is_administrator=True), make_user(make_team())
    now = timezone.now()
    OutboxMessage.objects.create(key="late", kind="night_chunk", available_at=now - timedelta(hours=1))
    run = NightRun.objects.create(day=timezone.localdate(now), made_at=now, done_at=now)
    NightFault.objects.create(run=run, group=make_group(), attempts=3, state="poison", last_at=now)
    assert gathering.gather(now=now)[NoticeKind.MACHINE] == 2
    assert gathering.gather(now=now)[NoticeKind.MACHINE] == 0
    told = Notice.objects.filter(kind=NoticeKind.MACHINE)
    assert {notice.user_id for notice in told} == {admin.pk}
    with override("en"):
        assert {sentence_of(notice) for notice in told} == {
            "1 message has waited to be sent for over five minutes", "The nights put 1 group aside",
        }  # fmt: skip
    assert {address_of(notice) for notice in told} == {"/settings/nights/"}
    assert gathering.gather(now=now + timedelta(days=1))[NoticeKind.MACHINE] == 2


@pytest.mark.parametrize("what", ["outbox", "imports", "ticks", "put_aside", "sources"])
def test_every_alarm_has_a_sentence_and_a_page(what):
    notice = Notice(kind=NoticeKind.MACHINE, facts={"what": what, "count": 2})
    with override("en"):
        assert len(sentence_of(notice)) > 20 and address_of(notice).startswith("/")
