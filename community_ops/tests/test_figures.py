"""How figures and days are written, in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from community_ops import numbers
from community_ops.templatetags import figures


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (None, "--", "--"),
        (0, "0", "0"),
        (-0.3, "0", "0"),
        (999, "999", "999"),
        (9_999, "9,999", "9,999"),
        (9_999.6, "1万", "10K"),
        (10_000, "1万", "10K"),
        (143_000, "14.3万", "143K"),
        (12_345_678, "1,234.6万", "12.3M"),
        (99_999_999, "1亿", "100M"),
        (123_456_789, "1.2亿", "123.5M"),
        (2_500_000_000, "25亿", "2.5B"),
        (-45_678, "-4.6万", "-45.7K"),
    ],
)
def test_large_numbers_on_cards(value, chinese, english):
    assert (numbers.compact(value, True), numbers.compact(value, False)) == (chinese, english)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "--"),
        (0, "0"),
        (1234, "1,234"),
        (12_345_678, "12,345,678"),
        (Decimal("-0.4"), "0"),
        (2.5, "3"),
        (-4103.33, "-4,103"),
    ],
)
def test_numbers_in_tables(value, text):
    assert figures.num(value) == text


@pytest.mark.parametrize(
    ("value", "how", "text"),
    [
        (None, 0, "--"),
        (Decimal("3576.67"), 0, "¥3,577"),
        (Decimal("-4103.33"), 0, "-¥4,103"),
        (Decimal("-0.2"), 0, "¥0"),
        (Decimal("12.5"), 2, "¥12.50"),
        (143_000, "short", "¥14.3万"),
        (-143_000, "short", "-¥14.3万"),
    ],
)
def test_money(value, how, text):
    with translation.override("zh-hans"):
        assert figures.money(value, how) == text


@pytest.mark.parametrize(
    ("share", "places", "text"),
    [
        (None, 1, "--"),
        (0, 1, "0%"),
        (0.0614, 1, "6.1%"),
        (0.61, 1, "61%"),
        (0.1227, 2, "12.27%"),
        (0.615, 0, "62%"),
        (1, 1, "100%"),
    ],
)
def test_shares(share, places, text):
    assert figures.pct(share, places) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "--"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 21, 17, 0, tzinfo=UTC), "2026-11-22"),
        (datetime(2026, 11, 21, 15, 59, tzinfo=UTC), "2026-11-21"),
    ],
)
def test_days_are_business_days(value, text):
    assert figures.day(value) == text


def test_a_moment_is_business_time_of_24_hours():
    assert figures.moment(datetime(2026, 11, 21, 17, 5, tzinfo=UTC)) == "2026-11-22 01:05"


@pytest.mark.parametrize(
    ("language", "text"), [("zh-hans", "2026-11-16 ～ 2026-11-22"), ("en", "2026-11-16 – 2026-11-22")]
)
def test_spans(language, text):
    with translation.override(language):
        assert figures.span(date(2026, 11, 16), date(2026, 11, 22)) == text


@pytest.mark.parametrize(
    ("passed", "chinese", "english"),
    [
        (timedelta(seconds=20), "刚刚", "just now"),
        (timedelta(minutes=1), "1 分钟前", "1 minute ago"),
        (timedelta(hours=23, minutes=59), "23 小时前", "23 hours ago"),
    ],
)
def test_relative_time_within_a_day(passed, chinese, english):
    moment = timezone.now() - passed
    for language, text in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            written = figures.ago(moment)
            assert f">{text}<" in written
            assert f'datetime="{timezone.localtime(moment).isoformat("T", "seconds")}"' in written


@pytest.mark.parametrize("passed", [timedelta(days=1), timedelta(hours=-1)])
def test_older_and_future_moments_are_days(passed):
    moment = timezone.now() - passed
    assert f">{timezone.localtime(moment):%Y-%m-%d}<" in figures.ago(moment)


@pytest.mark.parametrize(
    ("now", "before", "better", "unit", "text"),
    [
        (27, 22, "down", "", "▲ +5 worse"),
        (22, 27, "down", "", "▼ -5 better"),
        (128, 122, "neither", "", "▲ +6 "),
        (0.61, 0.65, "up", "pp", "▼ -4pp worse"),
        (113, 100, "up", "%", "▲ +13% better"),
        (5, 5, "up", "", "No change"),
        (5, 0, "up", "%", "It was 0, no comparison possible"),
        (5, None, "up", "", "No earlier figure to compare"),
    ],
)
def test_changes_carry_sign_and_word(now, before, better, unit, text):
    with translation.override("en"):
        written = figures.delta(now, before, better, unit)
    plain = written.replace('<span aria-hidden="true">', "").replace("</span>", "")
    assert plain.endswith(f">{text}")


@pytest.mark.parametrize(("now", "text"), [("1.6", "▲ +0.1 "), ("0.7", "▼ -0.8 "), ("1.54", "No change")])
def test_a_change_has_the_places_of_the_figures_beside_it(now, text):
    with translation.override("en"):
        written = figures.delta(Decimal(now), Decimal("1.5"), "neither", "", 1)
    assert written.replace('<span aria-hidden="true">', "").replace("</span>", "").endswith(f">{text}")


LOOKS = {
    **{0: "unknown", 1: "forming", 2: "healthy", 3: "healthy", 4: "watch", 5: "at_risk", 6: "dead", 7: "at_risk"},
    **{8: "completed", None: "unknown", "dead": "dead"},
}


@pytest.mark.parametrize(("state", "look"), LOOKS.items())
def test_a_status_is_icon_and_word(state, look):
    with translation.override("zh-hans"):
        tag = figures.status(state)
    assert f'class="status status-{look}"' in tag
    assert 'aria-hidden="true"' in tag
    assert tag.removesuffix("</span>")[-1] not in ">"


def test_user_text_is_escaped_in_drawings():
    hostile = "<img src=x onerror=alert(1)>\"'"
    drawn = figures.sparkline([1, 2, -1, 4], hostile)
    assert "<img" not in drawn
    assert "&lt;img" in drawn
    assert drawn.count("<polyline") == 1  # two weeks, a gap, one week


def test_ids_in_addresses_have_no_separators():
    with translation.override("en"):
        assert Template("{{ pk }}").render(Context({"pk": 123456})) == "123456"
