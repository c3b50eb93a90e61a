"""What a page says about a wrong answer, and that the answer stays on it."""

import pytest
from django.urls import reverse

from assessments.tests.filling import page_address

pytestmark = pytest.mark.django_db


def test_an_empty_page_says_what_to_do(client, draft):
    answer = client.post(page_address(draft, "need/alternative"), {})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Select whether it works without a group") == 2
    assert "<title>Error: " in page
    assert 'href="#id_alternative_0"' in page
    assert 'id="id_alternative_0"' in page
    assert " checked" not in page


def test_what_was_typed_wrong_is_kept(client, draft):
    client.post(page_address(draft, "need/costs"), {"cost_per_join": "1.2.3", "hour_cost": "１２０００"})
    page = client.get(page_address(draft, "need/costs")).content.decode()
    assert 'value="1.2.3"' in page
    assert 'value="１２０００"' in page
    assert "Read as ¥12,000" in page
    assert "0/7" in client.get(reverse("assessment-tasks", args=[draft.pk])).content.decode()


@pytest.mark.parametrize(
    ("page", "typed", "sentence"),
    [
        ("need/why", {"reasons": ["deals", "unclear"]}, "Select reasons, or “unclear”, not both"),
        ("need/why", {"reasons": ["deals"], "shared_goal": "short"}, "The shared goal must have 6 to 80 characters"),
        (
            "duration/length",
            {"span": "bounded", "starts_on": "2026-12-10", "ends_on": "2026年12月1日"},
            "End date must be after the start date",
        ),
        (
            "duration/length",
            {"span": "flash", "starts_on": "2026-12-01", "ends_on": "2027.1.15"},
            "A flash group lasts 30 days at most",
        ),
        ("activity/rhythm", {"posts_per_day": "51"}, "Posts a day must be between 0 and 50"),
        ("basics/name", {"group_count": "0"}, "The number of groups must be between 1 and 500"),
        ("basics/name", {"platform": "other", "group_count": "1", "name": "Abc"}, "Enter the platform"),
        ("need/scenarios", {"pessimistic": "3"}, "The pessimistic case must be between 5% and 100%"),
    ],
)
def test_errors_in_words(client, draft, op, page, typed, sentence):
    client.post(page_address(draft, "need/model"), {"earns": "selling", "selling_kind": "repurchase"})
    answer = client.post(page_address(draft, page), typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_flash_of_thirty_days_is_allowed(client, draft):
    typed = {"span": "flash", "starts_on": "2026-12-01", "ends_on": "2026-12-31"}
    assert client.post(page_address(draft, "duration/length"), typed).status_code == 302


def test_a_holiday_is_pointed_out(client, draft):
    typed = {"span": "bounded", "starts_on": "2026-01-02", "ends_on": "2026-02-17"}
    client.post(page_address(draft, "duration/length"), typed)
    page = client.get(page_address(draft, "duration/length")).content.decode()
    assert "End date is day 3 of Spring Festival" in page
