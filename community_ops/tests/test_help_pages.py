"""The pages of help: every figure has one definition, the same on its page, behind its (i), and on paper."""

import re
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from community_ops import metrics
from community_ops.bootstrap import ROOT
from community_ops.management.commands.figures import PAPER, definitions
from community_ops.navigation import PLACES
from community_ops.reference_pages import WHAT_PAGES_ARE_FOR
from groups.tests.making import make_group, make_team, make_user
from lifecycle.tests.cases.making import make_standing


def test_a_figure_is_defined_once():
    slugs = Counter(metric.slug for _title, section in metrics.SECTIONS for metric in section)
    assert [slug for slug, count in slugs.items() if count > 1] == []


def test_the_paper_says_what_the_pages_say():
    assert PAPER.read_text(encoding="utf-8") == definitions(), "run: python3 manage.py figures"


def test_no_page_defines_a_figure_of_its_own():
    """Cards take their definition from community_ops.metrics."""
    own = re.compile(r"\"definition\": (?!.*\.meaning)")
    found = [
        path.relative_to(ROOT).as_posix()
        for app in ("community_ops", "groups", "lifecycle", "assessments")
        for path in (ROOT / app).rglob("*.py")
        if "/tests/" not in path.as_posix() and own.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_page_of_the_menu_says_what_it_is_for():
    assert {place.name for place in PLACES if place.group == "work"} == set(WHAT_PAGES_ARE_FOR)


@pytest.mark.django_db
def test_help_leads_to_every_definition_and_every_page_to_help(client):
    team = make_team()
    client.force_login(make_user(team, language="en"))
    group = make_group(team=team)
    make_standing(group)
    page = client.get(reverse("help")).text
    definitions_page = client.get(reverse("metrics-help")).text
    for slug in metrics.BY_SLUG:
        assert f"{reverse('metrics-help')}#{slug}" in page and f'id="{slug}"' in definitions_page
    shown = client.get(reverse("group-page", args=[group.pk])).text
    with translation.override("en"):
        assert str(metrics.BY_SLUG["acts"].meaning) in shown
    for name in ("help", "metrics-help", "accessibility"):
        assert f'href="{reverse(name)}"' in shown


@pytest.mark.django_db
def test_the_statement_is_open_to_all():
    stranger = Client(headers={"accept-language": "en"})
    assert "WCAG 2.2" in stranger.get(reverse("accessibility")).text
    assert f'href="{reverse("accessibility")}"' in stranger.get(reverse("login")).text
