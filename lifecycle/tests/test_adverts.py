"""What a group's own list makes an advert: in every format with texts, in the classes, and on the group's page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from groups.models import AuditEntry
from groups.tests.making import make_group, make_team, make_user
from lifecycle import imports
from lifecycle.adverts import advert_words_of, list_adverts
from lifecycle.models import AdvertList, GroupAlias
from lifecycle.rules.counts import KNOWN
from lifecycle.sources.advert_words import AdvertWords, Listed
from lifecycle.sources.child import read_activity
from lifecycle.tests.files import reading, worth_of
from lifecycle.tests.making_imports import NOW, brought_in, stored
from lifecycle.tests.test_worth_of_messages import FORMATS, chatlog_csv, moments

ADVERTS = {
    "领券立减5元": True,
    "领券怎么用？": False,  # stands in an exception
    "领券怎么用？就在领券立减5元那里": True,
    "看这里 HTTPS://Shop.Example/a": True,
    "看这里 ｈｔｔｐｓ://shop.example/b": True,
    "今天天气不错": False,
    "": False,
}


@pytest.mark.parametrize("text", ADVERTS)
def test_words_links_and_exceptions(text):
    is_advert = Listed(("领券", "https://shop.example/"), ("领券怎么用",)).matcher()
    assert is_advert(text) is ADVERTS[text]


def test_a_list_survives_the_way_to_the_reader_and_holds_for_its_group_only():
    words = AdvertWords.from_json(
        AdvertWords({"wechat|1@chatroom": Listed(("a",), ("ab",)), "|other": Listed(("b",))}).as_json()
    )
    assert words.of("wechat", "1@chatroom")("a") and not words.of("wechat", "1@chatroom")("ab")
    assert words.of("qq", "other") and words.of("wechat", "2@chatroom") is None


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_with_texts_tells_adverts(name):
    """The question about the card and the second one's answer are made adverts; a question that is one asks nothing."""
    make, file_name = FORMATS[name]
    plain = reading(make(), file_name=file_name)
    assert not (plain.rows["known"] & KNOWN["ads"]).any(), "without a list nobody knows"
    (group,) = plain.groups
    adverts = AdvertWords({f"{group.platform}|{group.key}": Listed(("LOYALTY", "stamp"))})
    found = reading(make(), file_name=file_name, adverts=adverts)
    assert (found.rows["known"] & KNOWN["ads"]).all()
    assert found.rows["ads"].tolist() == [2, 0]
    assert [(filler, asked, answered) for filler, _, asked, answered in worth_of(found)] == [(1, 0, 0), (1, 1, 0)]
    assert found.rows["messages"].tolist() == plain.rows["messages"].tolist(), "what the platform shows stays"
    first = int(plain.rows["day"][0])
    acts = {(int(act["day"]) - first, int(act["acts"])) for act in found.acts if act["acts"]}
    assert acts == {(1, 1)}, "who only sent adverts did not act"
    other = AdvertWords({f"{group.platform}|another": Listed(("loyalty",))})
    assert (reading(make(), file_name=file_name, adverts=other).rows == plain.rows).all(), "of another group"


@pytest.fixture
def operator(client):
    user = make_user(make_team(), language="en")
    client.force_login(user)
    return user


@pytest.mark.django_db
def test_a_list_counts_in_files_that_are_read_from_then_on(operator, monkeypatch):
    monkeypatch.setattr(imports, "read_in_child", read_activity)
    team = operator.memberships.get().team
    group = make_group(team=team, external_id="1@chatroom", platform="wechat", owner=operator)
    content = chatlog_csv(moments())
    brought_in(content, by=operator)
    days = [day for key, day in stored(team) if key == "1@chatroom"]
    assert all("ads" not in stored(team)["1@chatroom", day] for day in days)
    assert list_adverts(group=group, words=["loyalty"], exceptions=[], by=operator, now=NOW)
    assert all("ads" not in stored(team)["1@chatroom", day] for day in days), "what was read before stays"
    again = brought_in(content, by=operator)
    assert again.state == "done", "the same chat tells more now, so it is no repetition"
    assert [stored(team)["1@chatroom", day]["ads"] for day in days] == [1, 0]


@pytest.mark.django_db
def test_the_reader_is_told_by_every_word_by_which_files_name_a_group(operator, django_assert_num_queries):
    team = operator.memberships.get().team
    group = make_group(team=team, external_id="1@chatroom", platform="wechat", owner=operator)
    with django_assert_num_queries(1):
        assert advert_words_of(team.pk, {}).by_group == {}
    list_adverts(group=group, words=["a1"], exceptions=["a12"], by=operator, now=NOW)
    GroupAlias.objects.create(team=team, key="Mums", group=group)
    with django_assert_num_queries(2):
        told = advert_words_of(team.pk, {"whatsapp|Mums A": group.pk, "qq|x": "new"})
    assert set(told.by_group) == {"wechat|1@chatroom", "|Mums", "whatsapp|Mums A"}
    foreign = make_user(make_team()).memberships.get().team
    assert advert_words_of(foreign.pk, {"whatsapp|Mums A": group.pk}).by_group == {}


@pytest.mark.django_db
def test_the_page_keeps_the_list_and_records_who_changed_it(client, operator):
    team = operator.memberships.get().team
    group = make_group(team=team, owner=operator)
    address = reverse("group-adverts", args=[group.pk])
    assert client.get(address).status_code == 200
    said = {"words": " 领券 \n\nhttps://shop.example/\n领券", "exceptions": "领券怎么用"}
    for _ in range(2):
        assert client.post(address, said).status_code == 302
    kept = AdvertList.objects.get()
    assert (kept.words, kept.exceptions) == (["领券", "https://shop.example/"], ["领券怎么用"])
    assert AuditEntry.objects.filter(verb="adverts listed").count() == 1, "the second time changes nothing"
    page = client.get(address).content.decode()
    assert "https://shop.example/" in page and str(operator) in page
    assert client.post(address, {"words": "", "exceptions": ""}).status_code == 302
    assert not AdvertList.objects.exists()


REFUSED = {
    "a letter": ({"words": "a"}, "2 to 60 characters"),
    "a line too long": ({"words": "a" * 61}, "2 to 60 characters"),
    "too many lines": ({"words": "\n".join(f"w{n}" for n in range(10, 61))}, "50 lines at most"),
    "exceptions alone": ({"exceptions": "abc"}, "Name at least one word"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", REFUSED)
def test_a_list_that_cannot_be_kept_says_what_to_do(client, operator, case):
    said, told = REFUSED[case]
    group = make_group(team=operator.memberships.get().team, owner=operator)
    answer = client.post(reverse("group-adverts", args=[group.pk]), said)
    assert answer.status_code == 422 and told in answer.content.decode()
    assert not AdvertList.objects.exists()
