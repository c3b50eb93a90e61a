"""Sentences as pages set them: no line ends inside a day or an amount, and no hole after a Chinese stop."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils import translation

from community_ops.templatetags.figures import colon
from groups.range_words import between, in_a_row

SET = Template("{% load figures %}{% filter typeset %}{{ sentence }}{% endfilter %}")
LINK = Template('{% load figures %}{% filter typeset %}<a href="?from={{ day }}">{{ day }}</a>{% endfilter %}')


def typeset(sentence):
    return SET.render(Context({"sentence": sentence}))


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        pytest.param("from 2026-11-02 on", ["2026-11-02"], id="a day"),
        pytest.param("up to 2026-11-02 24:00", ["2026-11-02 24:00"], id="a moment"),
        pytest.param("quiet hours (22:00–08:00) hold", ["22:00–08:00"], id="hours"),
        pytest.param("most in 2026-08: 3", ["2026-08"], id="a month"),
        pytest.param("loses -¥1,000.", ["-¥1,000"], id="an amount below zero, without the stop"),
        pytest.param("net ≤ ¥445.2K, goods ¥544.1K", ["≤ ¥445.2K"], id="a bound"),
        pytest.param("净贡献 ≤ -¥2.6万。", ["≤ -¥2.6万"], id="a Chinese unit"),
        pytest.param("59 people (≤ 1.8%)", ["≤ 1.8%"], id="a share"),
        pytest.param("59 people in 3 groups, ¥544.1K, -5 and 40%", [], id="what no browser breaks"),
    ],
)
def test_what_belongs_together_stays_on_one_line(sentence, kept):
    pieces = typeset(sentence).split('<span class="whole">')
    assert [piece.partition("</span>")[0] for piece in pieces[1:]] == kept


def test_what_people_typed_stays_text():
    assert typeset("<b>2026-11-02</b>").startswith("&lt;b&gt;<span")


def test_addresses_in_our_own_html_stay_as_they_are():
    written = LINK.render(Context({"day": "2026-11-02"}))
    assert written == '<a href="?from=2026-11-02"><span class="whole">2026-11-02</span></a>'


def test_there_is_no_space_between_chinese_sentences():
    assert typeset("少了 3 人。 多了 2 人。") == "少了 3 人。多了 2 人。"
    assert typeset("3 fewer. 2 more.") == "3 fewer. 2 more."


@pytest.mark.parametrize(
    ("language", "label", "written"), [("zh-hans", "：", "1 ～ 2"), ("en", ": ", "1 – 2")], ids=["Chinese", "English"]
)
def test_labels_and_ranges_have_the_signs_of_their_language(language, label, written):
    with translation.override(language):
        assert colon() == label
        assert between("1", "2") == written


@pytest.mark.parametrize(("language", "written"), [("zh-hans", "茶、12"), ("en", "茶, 12")], ids=["Chinese", "English"])
def test_lists_have_the_sign_of_their_language(language, written):
    with translation.override(language):
        assert in_a_row(["茶", 12]) == written
