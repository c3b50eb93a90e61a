"""Search everywhere: what is found by which words, by whom, and in how many statements."""

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment
from assessments.tests.making import make_assessment
from groups.models import Group, User
from groups.registration import search_keys_of
from groups.tests.making import make_group, make_team, make_user
from lifecycle.tests.cases.making import make_case, make_dying_group

pytestmark = pytest.mark.django_db
SEARCH = reverse("search")


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en", display_name="王小明")
    client.force_login(user)
    return user


@pytest.fixture
def shelves(client):
    def found(text):
        answer = client.get(SEARCH, {"q": text})
        assert answer.status_code == 200
        return {shelf.title: [hit.text for hit in shelf.hits] for shelf in answer.context["shelves"]}

    return found


def named(team, name, **fields):
    return make_group(team=team, name=name, **search_keys_of(name, ""), **fields)


@pytest.mark.parametrize("typed", ["交流", "baoma", "bao ma", "BMJL", "bmjl"])
def test_a_group_is_found_by_its_name_and_its_sound(shelves, op, team, typed):
    named(team, "宝妈交流群", owner=op)
    named(team, "读书会", owner=op)
    named(make_team(), "宝妈交流群")
    assert shelves(typed)["Groups"] == ["宝妈交流群"]


def test_groups_that_run_come_before_closed_ones_and_archived_ones_stay_away(shelves, op, team):
    named(team, "Alpha closed", owner=op, closed_on="2026-10-01")
    named(team, "Alpha runs", owner=op)
    named(team, "Alpha archived", owner=op, archived_at=timezone.now())
    assert shelves("alpha")["Groups"] == ["Alpha runs", "Alpha closed"]


def test_more_than_a_shelf_holds_leads_to_the_list(client, op, team):
    for n in range(7):
        named(team, f"Alpha {n}", owner=op)
    page = client.get(SEARCH, {"q": "alpha"})
    (shelf,) = page.context["shelves"]
    assert len(shelf.hits) == 6
    assert client.get(shelf.more).context["total"] == 7


@pytest.mark.parametrize("typed", ["小明", "wangxiao", "wang xiao", "wxm"])
def test_who_owns_groups_of_ones_teams_is_found_with_these_groups(client, op, team, typed):
    named(team, "Mine", owner=op)
    make_user(team, display_name="王小明明")  # owns nothing, and an operator leads nobody
    (shelf,) = client.get(SEARCH, {"q": typed}).context["shelves"]
    (hit,) = shelf.hits
    assert hit.text == "王小明"
    assert client.get(hit.address).context["total"] == 1


def test_who_leads_people_finds_their_pages_and_nobody_of_other_teams(client, team):
    client.force_login(make_user(team, role="manager", language="en"))
    person = make_user(team, display_name="李雷", username="lileiwork")
    make_user(make_team(), display_name="李雷", username="lileifar")
    for typed in ("lilei", "lileiw"):
        (shelf,) = client.get(SEARCH, {"q": typed}).context["shelves"]
        assert [hit.address for hit in shelf.hits] == [reverse("member-page", args=[person.pk])]


def test_a_case_is_found_by_its_number_and_by_its_group(client, shelves):
    case = make_case(make_dying_group())
    group = case.group
    Group.objects.filter(pk=group.pk).update(name="安心奶茶", **search_keys_of("安心奶茶", ""))
    reader = make_user(group.team, language="en")
    client.force_login(reader)
    for typed in (case.number, case.number.lower(), "奶茶", "anxin"):
        assert shelves(typed)["Cases"] == [f"{case.number} · 安心奶茶"]
    client.force_login(make_user(make_team(), language="en"))
    assert "Cases" not in shelves(case.number)
    assert shelves("奶茶") == {}


def test_an_assessment_is_found_by_its_title_and_its_sound(client, shelves, team, op):
    found = make_assessment(team, op)
    far = make_assessment(make_team())
    Assessment.objects.filter(pk__in=[found.pk, far.pk]).update(title="社区团购自提群")
    for typed in ("团购", "tuangou", "sqtg"):
        assert shelves(typed)["Assessments"] == ["社区团购自提群"]


def test_playbooks_pages_and_meanings_are_found_in_the_language_of_the_reader(client, shelves, op, team):
    assert "Groups" in shelves("group")["Pages of the menu"]
    assert "Healthy share" in shelves("healthy share")["Help: what figures mean"]
    User.objects.filter(pk=op.pk).update(language="zh-hans")
    assert shelves("hongbao")["打法库"] == shelves("红包")["打法库"]


def test_pages_that_one_may_not_open_are_not_offered(client, shelves, op):
    assert "Nightly runs" not in str(shelves("nightly"))
    client.force_login(make_user(is_administrator=True, language="en"))
    assert shelves("nightly")["Pages of the menu"] == ["Nightly runs"]


def test_the_number_of_statements_does_not_grow(client, op, team, django_assert_max_num_queries):
    def fill(number):
        for _ in range(number):
            named(team, "Alpha", owner=make_user(team, display_name="Alpha"))
            Assessment.objects.filter(pk=make_assessment(team, op).pk).update(title="Alpha")

    fill(1)
    client.get(SEARCH, {"q": "alpha"})
    # session, user, teams; groups, people, cases, titles, assessments, first team, its playbooks (3), those of others
    with django_assert_max_num_queries(13) as few:
        client.get(SEARCH, {"q": "alpha"})
    fill(9)
    with django_assert_max_num_queries(len(few)):
        client.get(SEARCH, {"q": "alpha"})


@pytest.mark.parametrize("text", ["", " ", "\0", "%", "_", "'", "c-0", "c-99999999999", "\\", "(", "🙂", "x" * 400])
def test_any_text_is_answered(client, op, team, text):
    named(team, "宝妈", owner=op)
    answer = client.get(SEARCH, {"q": text})
    assert answer.status_code == 200
    assert not [shelf for shelf in answer.context["shelves"] if shelf.title == "Groups"]


def test_the_box_of_every_page_leads_here(client, op):
    page = client.get(reverse("home")).content.decode()
    assert page.count(f'action="{SEARCH}"') == 2  # the top bar, and the menu of a phone
    assert "Search everywhere" in page
