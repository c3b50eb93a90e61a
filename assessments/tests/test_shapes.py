"""Known shapes: every text of theirs is one that the wizard accepts, and none counts before somebody continued."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from assessments.choices import Choices
from assessments.drafts import counted_answers, pages_of
from assessments.forms import PageForm
from assessments.models import Assessment
from assessments.progress import Status, progress_of
from assessments.rules.path import holds, walk
from assessments.shapes import SHAPES
from assessments.steps import QUESTION, QUESTIONS, STEPS
from assessments.tests.filling import page_address
from assessments.tests.making import signed_in
from groups.tests.making import make_user

EVERYBODY = Choices(
    people=[(1, "A")], approvers=[(1, "A")], groups=[], categories=[], archived=[], defaults={"hour_cost": "80"}
)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_what_a_shape_types_is_accepted_and_asked_for(shape):
    answers = {}
    asked = set()
    for step in STEPS.values():
        if not holds(step.page.when, answers):
            continue
        typed = {key: value for key, value in shape.typed.items() if key in step.keys}
        kept = {key: value if isinstance(value, list) else [value] for key, value in typed.items()}
        shown = PageForm(step.page, answers, EVERYBODY, typed=kept)
        sent = PageForm(step.page, answers, EVERYBODY, shown_as_sent(shown))
        sent.is_valid()
        wrong = {key for key in sent.errors if key in typed}
        assert not wrong, {key: sent.errors[key] for key in wrong}
        answers = walk(QUESTIONS, answers | {key: value for key, value in sent.answers().items() if value is not None})
        asked |= set(sent.cleaned_data)
    assert set(shape.typed) <= asked
    assert len(shape.pitfalls) >= 3


def shown_as_sent(form):
    """What a browser would send back of a form as it is shown."""
    sent = QueryDict(mutable=True)
    for key in form.fields:
        value = form.initial.get(key)
        if isinstance(value, dict):
            continue
        sent.setlist(key, value if isinstance(value, list) else [value or ""])
    return sent


@pytest.mark.django_db
class TestStartingFromAShape:
    @pytest.fixture
    def started(self, client):
        client.post(reverse("assessment-new"), {"shape": "coupons"})
        return Assessment.objects.get()

    def test_pages_are_filled_and_not_answered(self, started):
        pages = pages_of(started)
        assert started.shape == "coupons"
        assert pages["need", "why"].typed == {"reasons": ["deals"]}
        assert counted_answers(pages) == {}
        assert {section.status for section in progress_of(pages).sections} == {Status.NOT_STARTED}

    def test_a_page_shows_what_usually_fits_and_the_defaults_beside_it(self, started, client):
        page = client.get(page_address(started, "basics/name")).content.decode()
        assert 'value="wecom" id="id_platform_0" checked' in page
        assert 'name="group_count" id="id_group_count" value="1"' in page

    def test_a_page_that_was_continued_is_answered(self, started, client):
        answer = client.post(
            page_address(started, "basics/name"),
            {"name": "Shop", "group_count": "1", "platform": "wecom", "version": "1"},
        )
        assert answer.status_code == 302
        progress = progress_of(pages_of(started))
        assert progress.sections[0].status is Status.IN_PROGRESS
        assert progress.sections[1].status is Status.NOT_STARTED

    def test_another_person_may_continue_what_nobody_typed(self, started, team):
        other = signed_in(make_user(team))
        sent = {"reasons": ["peers"], "shared_goal": "", "version": "1"}
        assert other.post(page_address(started, "need/why"), sent).status_code == 302

    def test_the_task_list_names_the_pitfalls(self, started, client):
        page = client.get(reverse("assessment-tasks", args=[started.pk])).content.decode()
        assert "Started from: Coupon group of a shop" in page
        assert "the best customers mute the group first" in page

    def test_an_unknown_shape_is_a_blank_page(self, client):
        client.post(reverse("assessment-new"), {"shape": "nonsense"})
        assert Assessment.objects.get().shape == ""
        assert not Assessment.objects.get().pages.exists()


def test_every_typed_key_is_a_question():
    assert {key for shape in SHAPES.values() for key in shape.typed} <= set(QUESTION)
