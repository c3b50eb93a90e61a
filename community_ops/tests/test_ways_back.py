"""The sentence on a group's page: the figures of the rule, rounded down, in both languages."""

import pytest
from django.urls import reverse
from django.utils import translation

from community_ops.ways_back import way_back_sentence
from groups.models import Group
from groups.tests.making import make_group, make_team, make_user
from lifecycle.tests.cases.making import DAY, make_standing
from lifecycle.tests.rules.test_way_back import evidence_of

SENTENCES = {
    "people": (evidence_of(0), "4 more people taking part within 28 days would bring it to 85 (line: 85)"),
    "level": (evidence_of(20, level=0.0, core=0.9), "As many acts as usual would bring it to 98 (line: 85)"),
    "both": (evidence_of(4, level=0.0, regularity=0.8, core=0.6), "and as many acts as usual would bring it to 8"),
    "not yet": (evidence_of(4, level=0.0, regularity=0.3, core=0.2), "up to 85 it takes more weeks with activity"),
    "cap": (evidence_of(15, cap=6000), "Once the upper limit falls away it stands at 97 (line: 85)"),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_each_way_back_has_its_sentence(name):
    evidence, said = SENTENCES[name]
    with translation.override("en"):
        assert said in way_back_sentence(evidence)
    with translation.override("zh-hans"):
        assert "线：85" in way_back_sentence(evidence) or "要到 85" in way_back_sentence(evidence)


@pytest.mark.django_db
def test_the_page_of_a_group_says_it_while_the_group_is_open(client):
    team = make_team()
    client.force_login(make_user(team, "manager", language="en"))
    group = make_group(team=team)
    evidence = evidence_of(3)
    make_standing(group, state=evidence["state"], score=evidence["score"], evidence=evidence)
    address = reverse("group-page", args=[group.pk])
    assert "would bring it to 85 (line: 85)" in client.get(address).text
    Group.objects.filter(pk=group.pk).update(closed_on=DAY)
    assert "would bring it to" not in client.get(address).text
