"""The API in and out: what is written, what is refused as a whole, who may, and that nothing counts twice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from community_ops.api.schemas import OrderTold
from community_ops.tests.digest import changed_tables, digest_of_tables
from community_ops.tests.making_tokens import make_token, send
from groups.models import ApiAnswer, ApiToken, AuditEntry, Group, LedgerLine, ShopOrder
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_orders import make_rule
from groups.tests.racing import at_once
from lifecycle.entering import enter_figures
from lifecycle.models import CoverageSpan, DailyActivity, DirtyGroup, Import, MemberEvent, MemberNumber, Source
from lifecycle.preferring import prefer
from lifecycle.tests.making_imports import stored

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
NOW = timezone.now() - timedelta(hours=1)
DAY, BEFORE = (TODAY - timedelta(days=1)).isoformat(), (TODAY - timedelta(days=2)).isoformat()
AT = f"{DAY}T09:30:00+08:00"


def days(*rows, **more):
    return {"rows": [{"group": "g-1", "date": DAY} | row for row in rows]} | more


def fields_of(answer):
    return [(each["row"], each["field"], each["code"]) for each in answer.json()["error"]["fields"]]


def test_daily_figures_come_in_by_the_rules_of_a_file():
    team = make_team()
    person = make_user(team)
    token = make_token(team, person=person)
    rows = days({"messages": 12, "speakers": 3, "revenue": "12.50"}, {"group": "g-2", "messages": 0})
    answer = send(token, "PUT", "activity/daily", rows)
    assert answer.status_code == 200, answer.content
    assert answer.json() | {"import_id": 0} == {
        "groups": 2, "groups_registered": 2, "rows_new": 2, "rows_changed": 0, "rows_unchanged": 0, "import_id": 0,
    }  # fmt: skip
    assert stored(team) == {
        ("g-1", DAY): {"messages": 12, "speakers": 3, "revenue_cents": 1250},
        ("g-2", DAY): {"messages": 0},
    }
    assert set(Group.objects.values_list("owner", flat=True)) == {person.pk}
    assert DirtyGroup.objects.count() == 2
    assert AuditEntry.objects.filter(verb="activity imported", actor_id=person.pk).exists()


def test_figures_are_absolute_and_an_older_content_counts_again():
    token = make_token(make_team())
    for messages, outcome in ((5, "rows_new"), (7, "rows_changed"), (5, "rows_changed"), (5, "rows_unchanged")):
        assert send(token, "PUT", "activity/daily", days({"messages": messages})).json()[outcome] == 1
        assert DailyActivity.objects.get().messages == messages


def test_a_day_that_is_told_was_watched_and_a_day_between_stays_unknown():
    token = make_token(make_team())
    early = (TODAY - timedelta(days=5)).isoformat()
    send(token, "PUT", "activity/daily", days({"messages": 1}, {"date": BEFORE, "messages": 0},
         {"date": early, "messages": 2}, {"date": TODAY.isoformat(), "messages": 1}))  # fmt: skip
    spans = CoverageSpan.objects.order_by("observed_from").values_list("observed_from", "observed_until")
    assert [tuple(map(str, span)) for span in spans] == [(early, early), (BEFORE, DAY)]
    assert DailyActivity.objects.count() == 4


def test_a_figure_that_is_not_told_keeps_what_stood():
    token = make_token(make_team())
    send(token, "PUT", "activity/daily", days({"messages": 4, "members": 80}))
    send(token, "PUT", "activity/daily", days({"messages": None, "members": 81}))
    row = DailyActivity.objects.get()
    assert (row.count("messages"), row.count("members"), row.count("joins")) == (4, 81, None)


BAD_ROWS = [
    ({"messages": -1}, ("messages", "negative")),
    ({"messages": True}, ("messages", "not_a_number")),
    ({"messages": "12"}, ("messages", "not_a_number")),
    ({"messages": 1.5}, ("messages", "not_whole")),
    ({"messages": 2**31}, ("messages", "too_large")),
    ({"messages": 10**400}, ("messages", "too_large")),
    ({"messages": []}, ("messages", "not_a_number")),
    ({"revenue": "1.234"}, ("revenue", "too_precise")),
    ({"revenue": "1e400"}, ("revenue", "not_a_number")),
    ({"revenue": 1e300}, ("revenue", "too_large")),
    ({"revenue": "٣"}, ("revenue", "not_a_number")),
    ({"messages": 1, "messagse": 1}, ("messagse", "unknown_field")),
    ({"messages": 1, "team": 1}, ("team", "unknown_field")),
    ({"messages": 1, "group": ""}, ("group", "no_group")),
    ({"messages": 1, "group": 7}, ("group", "not_text")),
    ({"messages": 1, "group": "a\0b"}, ("group", "control_character")),
    ({"messages": 1, "group": "\ud800"}, ("group", "broken_text")),
    ({"messages": 1, "group": "1.23457E+17"}, ("group", "id_lost_digits")),
    ({"messages": 1, "group": "x" * 121}, ("group", "too_long")),
    ({"messages": 1, "platform": "icq"}, ("platform", "unknown_choice")),
    ({"messages": 1, "date": "2026-02-30"}, ("date", "bad_date")),
    ({"messages": 1, "date": 20261101}, ("date", "bad_date")),
    ({"messages": 1, "date": "2999-01-01"}, ("date", "future_date")),
    ({"messages": 1, "date": "2020-01-01"}, ("date", "too_long_ago")),
]
BAD_BODIES = [
    (b"", 422, "invalid"),
    (b"{", 400, "broken_json"),
    (b"\xff\xfe{", 400, "broken_json"),
    (b"[" * 100_000, 400, "too_deep"),
    (b'{"rows": [{"messages": NaN}]}', 400, "not_a_json_number"),
    (b'{"rows": [{"messages": -Infinity}]}', 400, "not_a_json_number"),
    (b'{"rows": [], "rows": []}', 400, "duplicate_key"),
    (b'{"rows": [{"group": "a", "group": "b"}]}', 400, "duplicate_key"),
    (b'{"rows": [{"revenue": 1e' + b"9" * 80 + b"}]}", 400, "not_a_json_number"),
    (b"[]", 422, "invalid"),
    (b'{"rows": {}}', 422, "invalid"),
    (b'{"rows": []}', 422, "invalid"),
    (b'{"rows": [7]}', 422, "invalid"),
    (b'{"rows": [' + b",".join([b"{}"] * 5001) + b"]}", 422, "invalid"),
    (b'{"rows": "' + b"x" * 2_200_000 + b'"}', 413, "body_too_large"),
]


def test_a_batch_with_bad_rows_is_refused_as_a_whole_and_tells_each_of_them():
    token = make_token(make_team())
    answer = send(token, "PUT", "activity/daily", days({"messages": 1}, *(row for row, _ in BAD_ROWS)))
    assert answer.status_code == 422
    assert fields_of(answer) == [(number, *problem) for number, (_, problem) in enumerate(BAD_ROWS, 2)]
    assert all(told["problem"] and told["fix"] for told in answer.json()["error"]["fields"])
    rows = days({}, {"messages": 2, "speakers": 3}, {"messages": 2})
    assert fields_of(send(token, "PUT", "activity/daily", rows)) == [
        (1, "", "no_counts"), (2, "speakers", "more_than_whole"), (2, "date", "said_twice"), (3, "date", "said_twice"),
    ]  # fmt: skip
    assert not DailyActivity.objects.exists() and not Import.objects.exists()


def test_a_hostile_body_is_refused_in_words():
    """Case 65."""
    token = make_token(make_team())
    for body, status, code in BAD_BODIES:
        answer = send(token, "PUT", "activity/daily", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), body[:40]
        assert len(answer.content) < 40_000
    assert not Import.objects.exists()


def test_what_is_no_json_is_refused_and_the_answer_is_in_the_language_of_the_caller():
    token = make_token(make_team())
    answer = send(token, "PUT", "activity/daily", days({"messages": 1}), Content_Type="text/plain")
    assert answer.status_code == 415
    answer = send(token, "PUT", "activity/daily", days({"messages": -1}), Accept_Language="zh-CN")
    assert answer.headers["Content-Language"] == "zh-hans"
    assert answer.json()["error"]["fields"][0]["problem"] == "小于 0"


def test_nobody_comes_in_without_a_good_token():
    team = make_team()
    person = make_user(team)
    good, other = make_token(team), make_token(team, person=person)
    now = timezone.now()
    expired = make_token(team, days=1, now=now - timedelta(days=2))
    revoked = make_token(team)
    ApiToken.objects.filter(key=revoked.split("_")[1]).update(revoked_at=now)
    person.is_active = False
    person.save()
    wrong = good[:-1] + ("A" if good[-1] != "A" else "B")
    mixed = "_".join([*good.split("_", 2)[:2], other.split("_", 2)[2]])
    for token in ("", "x", wrong, mixed, expired, revoked, other, "cops_________" + "a" * 43):
        answer = send(token, "GET", "groups")
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer"), token
    assert send(good, "GET", "groups").status_code == 200
    assert ApiToken.objects.get(key=good.split("_")[1]).last_used_at


def test_a_session_opens_nothing(client):
    client.force_login(make_user(make_team(), "manager", is_administrator=True))
    assert client.get("/api/v1/groups").status_code == 401


def test_a_token_does_what_it_has_the_right_for():
    team = make_team()
    reader = make_token(team, rights=["read"])
    before = digest_of_tables()
    for method, address in (("PUT", "activity/daily"), ("PUT", "orders"), ("POST", "members/events")):
        assert send(reader, method, address, {}).json()["error"]["code"] == "no_right"
    assert changed_tables(before, digest_of_tables()) <= {"groups_apitoken", "groups_attempts"}
    assert send(make_token(team, rights=["orders:write"]), "GET", "groups").status_code == 403


def test_another_team_is_not_written_not_read_and_not_told_apart_from_none():
    own, foreign = make_team(), make_team()
    group, strange = make_group(team=own, external_id="a"), make_group(team=foreign, external_id="b")
    token = make_token(own)
    for slug in (foreign.slug, "nothing-here"):
        answer = send(token, "PUT", "activity/daily", days({"messages": 1}, team=slug))
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_team")
        assert send(token, "GET", f"groups?team={slug}").json()["groups"] == []
    event = {"group": "b", "kind": "join", "member": "m", "at": AT}
    assert fields_of(send(token, "POST", "members/events", {"rows": [event]})) == [(1, "group", "unknown_group")]
    assert [each["id"] for each in send(token, "GET", "groups").json()["groups"]] == [group.pk]
    assert send(token, "GET", f"groups/{group.pk}/health").status_code == 200
    assert send(token, "GET", f"groups/{strange.pk}/health").status_code == 404
    send(token, "PUT", "activity/daily", days({"messages": 1, "group": "b"}))
    assert stored(foreign) == {}


def test_a_token_of_several_teams_says_which_one():
    teams = make_team(), make_team()
    token = make_token(*teams)
    answer = send(token, "PUT", "activity/daily", days({"messages": 1}))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "which_team")
    assert send(token, "PUT", "activity/daily", days({"messages": 1}, team=teams[1].slug)).status_code == 200
    assert stored(teams[0]) == {} and stored(teams[1])


def test_groups_come_page_by_page():
    team = make_team()
    ids = sorted(make_group(team=team, platform=platform).pk for platform in ("wecom", "qq", "wecom"))
    token, found, after = make_token(team), [], ""
    while after is not None:
        page = send(token, "GET", f"groups?limit=2&after={after}").json()
        found += [each["id"] for each in page["groups"]]
        after = page["next"]
    assert found == ids
    assert len(send(token, "GET", "groups?platform=qq").json()["groups"]) == 1
    assert len(send(token, "GET", "groups?state=unknown").json()["groups"]) == 3
    assert send(token, "GET", "groups?state=well").status_code == 422
    assert send(token, "GET", "groups?limit=0").status_code == 422
    assert send(token, "GET", "groups?after=x").json()["error"]["code"] == "bad_cursor"


def test_orders_count_once_and_reach_the_ledger():
    team = make_team()
    group = make_group(team=team)
    make_rule(group, "SPRING")
    token = make_token(team)
    rows = [
        {"number": "E1", "paid_on": DAY, "amount": "99.90", "coupon": "SPRING", "phone": "13812345678"},
        {"number": "E2", "paid_on": DAY, "amount": 10, "refund": 2.5},
    ]
    first = send(token, "PUT", "orders", {"shop": "youzan", "rows": rows}).json()
    assert (first["orders_new"], first["refunds_new"], first["attributed"], first["amount"]) == (2, 1, 1, "109.90")
    again = send(token, "PUT", "orders", {"shop": "youzan", "rows": rows}).json()
    assert (again["orders_new"], again["orders_known"]) == (0, 2)
    more = send(token, "PUT", "orders", {"shop": "youzan", "rows": [rows[1] | {"refund": 10}]}).json()
    assert (more["orders_known"], more["refunds_new"]) == (1, 1)
    assert LedgerLine.objects.get().amount == Decimal("99.90")
    assert not ShopOrder.objects.filter(buyer_key__contains="138").exists()


def test_orders_are_refused_as_a_whole():
    rows = [
        {"number": "E1", "paid_on": DAY, "amount": "5"},
        {"number": "E1", "paid_on": DAY, "amount": "5"},
        {"number": "E3", "paid_on": DAY, "amount": "5", "refund": "6"},
    ]
    answer = send(make_token(make_team()), "PUT", "orders", {"shop": "youzan", "rows": rows})
    assert fields_of(answer) == [
        (3, "refund", "refund_too_large"),
        (2, "number", "said_twice"),
    ]
    assert not ShopOrder.objects.exists()


def test_what_was_paid_is_told_and_the_schema_says_so():
    rows = [{"number": "E1", "paid_on": DAY, "amount": 0}, {"number": "E2", "paid_on": DAY, "amount": None}]
    answer = send(make_token(make_team()), "PUT", "orders", {"shop": "youzan", "rows": rows})
    assert fields_of(answer) == [(2, "amount", "no_amount")]
    told = OrderTold.model_json_schema()
    assert {"type": "null"} not in told["properties"]["amount"]["anyOf"] and "amount" in told["required"]
    assert {"type": "null"} in told["properties"]["refund"]["anyOf"]


def test_joins_and_leaves_count_once_and_name_nobody():
    team = make_team()
    make_group(team=team, external_id="g-1")
    token = make_token(team)
    joined = [{"group": "g-1", "kind": "join", "member": f"canary-{n}", "at": AT} for n in range(3)]
    assert send(token, "POST", "members/events", {"rows": joined}).json() == {
        "events_new": 3, "events_known": 0, "days_changed": 1,
    }  # fmt: skip
    left = {"group": "g-1", "kind": "leave", "member": "canary-1", "at": f"{DAY}T02:00:00Z"}
    assert send(token, "POST", "members/events", {"rows": [*joined, left]}).json()["events_new"] == 1
    row = DailyActivity.objects.get()
    assert (row.count("joins"), row.count("leaves"), row.count("messages"), row.day.isoformat()) == (3, 1, None, DAY)
    assert MemberNumber.objects.count() == 3 and MemberEvent.objects.count() == 4
    assert "canary" not in str(list(AuditEntry.objects.values())) + str(list(MemberNumber.objects.values()))


def test_where_events_and_a_person_speak_of_a_day_the_preferred_source_holds():
    team = make_team()
    person = make_user(team)
    group = make_group(team=team, external_id="g-1")
    token = make_token(team)
    enter_figures(group=group, figures={date.fromisoformat(DAY): {"joins": 9, "leaves": 4}}, by=person, now=NOW)
    joined = [{"group": "g-1", "kind": "join", "member": f"m{n}", "at": AT} for n in range(3)]
    send(token, "POST", "members/events", {"rows": joined})
    assert stored(team)["g-1", DAY] == {"joins": 3, "leaves": 4}
    prefer(group=group, source=Source.objects.get(kind="manual"), by=person, now=NOW)
    send(token, "POST", "members/events", {"rows": [{**joined[0], "member": "m9"}]})
    assert stored(team)["g-1", DAY] == {"joins": 9, "leaves": 4}
    send(token, "PUT", "activity/daily", days({"messages": 7}))
    prefer(group=group, source=Source.objects.get(kind="api"), by=person, now=NOW)
    assert stored(team)["g-1", DAY] == {"messages": 7, "joins": 4, "leaves": 4}, "events and figures are one source"


MOMENTS = [
    (f"{DAY}T09:30:00", "bad_moment"),
    ("yesterday", "bad_moment"),
    (1764000000, "bad_moment"),
    ("9999-12-31T23:59:59-23:59", "future_moment"),
    ("0001-01-01T00:00:00+23:59", "bad_moment"),
    ("2020-01-01T00:00:00Z", "too_long_ago"),
]


def test_a_moment_says_its_offset_and_is_no_other_time():
    team = make_team()
    make_group(team=team, external_id="g-1")
    rows = [{"group": "g-1", "kind": "join", "member": "m", "at": at} for at, _ in MOMENTS]
    answer = send(make_token(team), "POST", "members/events", {"rows": rows})
    assert fields_of(answer) == [(number, "at", code) for number, (_, code) in enumerate(MOMENTS, 1)]


def test_an_idempotency_key_gets_the_first_answer_and_no_other_body():
    token = make_token(make_team())
    first = send(token, "PUT", "activity/daily", days({"messages": 1}), Idempotency_Key="k-1")
    again = send(token, "PUT", "activity/daily", days({"messages": 1}), Idempotency_Key="k-1")
    assert again.json() == first.json() and again.headers["Idempotent-Replayed"] == "true"
    other = send(token, "PUT", "activity/daily", days({"messages": 2}), Idempotency_Key="k-1")
    assert (other.status_code, other.json()["error"]["code"]) == (422, "key_reused")
    assert send(token, "PUT", "activity/daily", days({"messages": 2}), Idempotency_Key="a b").status_code == 400
    assert Import.objects.count() == 1 and DailyActivity.objects.get().messages == 1
    ApiAnswer.objects.update(made_at=timezone.now() - timedelta(hours=25))
    assert send(token, "PUT", "activity/daily", days({"messages": 2}), Idempotency_Key="k-1").status_code == 200
    assert DailyActivity.objects.get().messages == 2


def test_a_refused_request_may_be_mended_under_its_key():
    token = make_token(make_team())
    assert send(token, "PUT", "activity/daily", days({}), Idempotency_Key="k").status_code == 422
    assert send(token, "PUT", "activity/daily", days({"messages": 1}), Idempotency_Key="k").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_with_one_key_at_once_one_writes():
    token = make_token(make_team())

    def push():
        return send(token, "PUT", "activity/daily", days({"messages": 1}), Idempotency_Key="k")

    answers = at_once(*[push] * 6)
    assert {each.status_code for each in answers} == {200}
    assert len({each.content for each in answers}) == 1
    assert sum("Idempotent-Replayed" in each.headers for each in answers) == 5
    assert Import.objects.count() == 1


def test_too_many_requests_are_told_when_to_come_back(settings):
    """Case 49: counted in the database, so the broker may be down."""
    settings.API_REQUESTS_A_MINUTE = 3
    team = make_team()
    token, other = make_token(team), make_token(team)
    answers = [send(token, "GET", "groups") for _ in range(5)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert send(other, "GET", "groups").status_code == 200


def test_wrong_tokens_from_one_address_are_slowed_down():
    codes = [send(f"wrong{n}", "GET", "groups").status_code for n in range(32)]
    assert codes[:30] == [401] * 30 and codes[30:] == [429, 429]


def test_other_addresses_and_methods_answer_in_json_too():
    token = make_token(make_team())
    for nowhere in ("nowhere", "groups/%0A1/health", "%0A"):
        assert send(token, "GET", nowhere).json()["error"]["code"] == "not_found"
    answer = send(token, "POST", "groups", {})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert answer.json()["error"]["code"] == "wrong_method"
