"""Cases 35, 47 and 55 for assessments: whatever stands in a text, an address or an amount, nothing fails or runs."""

from urllib.parse import quote
from uuid import uuid4

import pytest
from django.urls import reverse

from assessments.steps import QUESTIONS, Kind
from assessments.tests.filling import EXAMPLE, changed, fill, page_address, submit

pytestmark = pytest.mark.django_db
STRANGE = ("'", '"', "\0", "\x1b[0m", "pg_sleep(5)", "1; SELECT pg_sleep(5)--", "owner__password", "-1", "9" * 30, "%")


@pytest.mark.parametrize("text", STRANGE)
def test_whatever_stands_in_the_address_of_the_list(client, draft, text):
    for key in ("q", "verdict", "owner", "page"):
        assert client.get(reverse("assessment-list"), {key: text}).status_code in (200, 400), key
    assert client.get(reverse("assessment-compare"), {"ids": text}).status_code in (200, 400, 404)


def test_no_strange_amount_is_stored(client, draft):
    for typed in ("NaN", "Infinity", "1e400", "1_000", "-0.01", "1.2.3", "10000000000000000", "--", "¥"):
        costs = EXAMPLE["need/costs"] | {"cost_per_join": typed, "no_running": "on"}
        answer = client.post(page_address(draft, "need/costs"), costs)
        assert answer.status_code == 422, typed
        page = draft.pages.get()
        assert (page.answers, page.typed["cost_per_join"]) == ({}, [typed])


# Markup of a page, of a template and of the typesetting of the report, which would fail if it ran. 40 characters.
CANARY = "<img src=x onerror=a()>'{{7*7}}#panic(1)"
HOSTILE = {
    "basics__name": {"name": CANARY, "platform": "other", "platform_other": CANARY},
    "need__why": {"shared_goal": CANARY},
    "duration__mission": {"mission": CANARY},
}
OF_A_VERDICT = ("verdict", "verdict-report", "verdict-register", "assessment-check")


def test_a_script_in_any_answer_stays_text_on_every_page(client, draft, op):
    """Written on every page, kept where it is no answer, decided, set as a report and registered."""
    asked = {question.key for question in QUESTIONS if question.kind in (Kind.TEXT, Kind.AREA)}
    assert asked <= {key for said in HOSTILE.values() for key in said}, "a new question wants the canary, too"
    fill(client, draft, changed(EXAMPLE, **HOSTILE), op)
    wrong = client.post(page_address(draft, "need/costs"), {"cost_per_join": CANARY, "hour_cost": CANARY})
    assert wrong.status_code == 422
    shown = [wrong.text]

    def look(place):
        answer = client.get(place, follow=True)
        assert answer.status_code == 200, place
        shown.append(answer.text)

    for name in EXAMPLE:
        look(page_address(draft, name))
    look(reverse("assessment-tasks", args=[draft.pk]))
    fill(client, draft, {"need/costs": EXAMPLE["need/costs"]}, op)
    submit(client, draft)
    for name in OF_A_VERDICT:
        look(reverse(name, args=[draft.pk]))
    look(f"{reverse('assessment-list')}?q={quote(CANARY)}")
    for name in ("verdict-pdf", "verdict-png"):
        assert client.get(reverse(name, args=[draft.pk])).status_code == 200, name
    sent = {"name": CANARY, "count": "1", "owner": op.pk, "opened_on": "2026-12-01", "token": str(uuid4())}
    client.post(reverse("verdict-register", args=[draft.pk]), sent)
    group = draft.verdicts.get().registrations.get().group
    for name in ("group-page", "group-edit", "group-record", "group-review"):
        look(reverse(name, args=[group.pk]))
    look(reverse("assessment-new"))
    assert [page for page in shown if "<img src=x" in page or "'49#panic" in page] == []
    assert sum("&lt;img src=x" in page for page in shown) > 12
