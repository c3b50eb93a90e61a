"""Template filters and tags for figures, days, icons and status tags: the one way in which pages write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxSelectMultiple, RadioSelect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from community_ops import drawings, numbers
from groups import currency
from groups.range_words import between, in_a_row
from lifecycle.display_states import ICONS, DisplayState, shown_as

register = template.Library()

SPRITE = "vendor/bootstrap-icons-1.13.2/icons.svg"
# A verdict borrows the look of the state that it resembles.
VERDICT_LOOKS = {"go": "healthy", "conditional": "watch", "not_now": "dead"}
Number = int | float | Decimal
# What a line may not end in: days and months with their hyphens, amounts between sign, bound and unit. And the space
# between two sentences, which after a Chinese stop is a hole. Tags are matched first, so that what stands in an
# attribute stays as it is.
CELL = '<td class="num">{}</td>'
FIGURE = r"[¥$€£]?\d(?:[\d,.]*\d)?"
SET = re.compile(
    r"(?P<tag><[^>]*>)|(?P<hole>(?<=[。；！？]) +)|\d{4}-\d\d(?:-\d\d)?(?: \d\d:\d\d)?|\d\d:\d\d–\d\d:\d\d"
    rf"|[≤≥] ?-?{FIGURE}(?:%|[KM]\b|[万亿])?|-(?=[¥$€£]){FIGURE}(?:[KM]\b|[万亿])?|{FIGURE}[万亿]"
)


def in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


@register.filter
def num(value: Number | None, places: int = 0) -> str:
    """12,345 for tables; `--` for None."""
    return numbers.grouped(value, places)


@register.filter
def cn_num(value: Number | None) -> str:
    """1,234.6万 in Chinese, 12.3M in English, for cards."""
    return numbers.compact(value, in_chinese())


@register.filter
def money(value: Number | None, how: int | str = 0) -> str:
    """¥3,577; `money:2` with fen; `money:"short"` ¥14.3万 or ¥143K."""
    return numbers.compact_yuan(value, in_chinese()) if how == "short" else numbers.yuan(value, int(how))


@register.filter
def at_most(text: str, exact: bool) -> str:
    """`{{ result.net|money|at_most:result.goods_cost_is_known }}`: ≤ ¥3,577 while goods costs are missing."""
    return numbers.at_most(text, exact)


@register.filter
def in_currency(label: str) -> str:
    """A heading of amounts: `{{ _("Amount")|in_currency }}` is Amount (CNY), 金额（元）."""
    return currency.in_currency(label)


@register.simple_tag
def currency_sign() -> str:
    return currency.in_use().sign


@register.simple_tag
def currency_unit() -> str:
    """元 in Chinese, CNY in English."""
    return currency.unit()


@register.filter
def pct(share: Number | None, places: int = 1) -> str:
    """A share between 0 and 1 as 6.1%."""
    return numbers.percent(share, places)


@register.filter
def day(value: date | datetime | None) -> str:
    """2026-11-22, in the business time zone; `--` for None."""
    if value is None or value == "":
        return numbers.MISSING
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return value.strftime("%Y-%m-%d")


@register.filter
def moment(value: datetime | None) -> str:
    """2026-11-22 14:20, in the business time zone."""
    return numbers.MISSING if value is None else timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago, within a day; else the day. The element says the exact moment."""
    if value is None:
        return numbers.MISSING
    passed = timezone.now() - value
    minutes = int(passed.total_seconds() // 60)
    if not timedelta(0) <= passed < timedelta(days=1):
        text = day(value)
    elif minutes < 1:
        text = _("just now")
    elif minutes < 60:
        text = ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": minutes}
    else:
        hours = minutes // 60
        text = ngettext("%(count)s hour ago", "%(count)s hours ago", hours) % {"count": hours}
    local = timezone.localtime(value)
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat("T", "seconds"), moment(value), text)


@register.filter(is_safe=True)
def typeset(html: str) -> str:
    """For `{% filter typeset %}`: no line ends inside a day, hours, an amount or a share; no hole after a stop."""
    return SET.sub(_set, html)


def _set(found: re.Match[str]) -> str:
    if found["tag"]:
        return found["tag"]
    return "" if found["hole"] else f'<span class="whole">{found[0]}</span>'


@register.simple_tag
def colon() -> str:
    """Between a label and what it labels."""
    return "：" if in_chinese() else ": "


@register.filter
def listed(words: Iterable[object]) -> str:
    """A, B; in Chinese A、B."""
    return in_a_row(words)


@register.simple_tag
def span(first: date | None, last: date | None) -> str:
    """2026-11-16 ～ 2026-11-22; an en dash in English."""
    return between(day(first), day(last))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A sign from the sprite: decoration, unless it carries a label of its own."""
    if label:
        address = f"{static(SPRITE)}#{name}"
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address)
    return decoration(name)


@lru_cache(maxsize=200)  # a page has dozens; all come from our own templates
def decoration(name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static(SPRITE), name)


def display_state(state: int | str | None) -> DisplayState:
    """From an observed state (a number), a word of the screen, or nothing."""
    return DisplayState(state) if isinstance(state, str) else shown_as(state)


@register.simple_tag
def status(state: int | str | None, text: str = "") -> SafeString:
    """The tag of a health state: shape, word and colour."""
    shown = display_state(state)
    return format_html(
        '<span class="status status-{}">{}{}</span>', shown.value, icon(ICONS[shown]), text or shown.label
    )


@register.simple_tag
def state_icon(state: int | str | None) -> SafeString:
    return icon(ICONS[display_state(state)])


def verdict_label(word: str) -> str:
    return {"go": _("Go"), "conditional": _("Conditional"), "not_now": _("Not now")}[word]


@register.simple_tag
def verdict_tag(word: str) -> SafeString:
    """The tag of a verdict: `go`, `conditional` or `not_now`."""
    look = DisplayState(VERDICT_LOOKS[word])
    return format_html('<span class="status status-{}">{}{}</span>', look.value, icon(ICONS[look]), verdict_label(word))


@register.filter
def verdict_look(word: str) -> str:
    """The class that colours a verdict's banner."""
    return f"mark-{VERDICT_LOOKS[word]}"


@register.simple_tag
def delta(
    now: Number | None, before: Number | None, better: str = "up", unit: str = "", places: int | None = None
) -> SafeString:
    """The change against an earlier value, as arrow, sign and word.

    `unit` is empty for counts, `pp` for shares (percentage points), `%` for the relative change of amounts, which has
    no meaning when the earlier value is zero, or a word for whole units. `better` says which direction is good: `up`,
    `down` or `neither`. `places` are those of the figures beside it, where that is not one for shares and none else.
    """
    if now is None or before is None:
        return format_html('<span class="delta delta-none">{}</span>', _("No earlier figure to compare"))
    if unit == "%" and not before:
        return format_html('<span class="delta delta-none">{}</span>', _("It was 0, no comparison possible"))
    change = Decimal(str(now)) - Decimal(str(before))
    if unit == "pp":
        change *= 100
    elif unit == "%":
        change = change / abs(Decimal(str(before))) * 100
    if places is None:
        places = 1 if unit in ("pp", "%") else 0
    change = numbers.rounded(change, places)
    if not change:
        return format_html('<span class="delta delta-none">{}</span>', _("No change"))
    rises = change > 0
    word = ""
    if better in ("up", "down"):
        word = _("better") if rises == (better == "up") else _("worse")
    return format_html(
        '<span class="delta delta-{}"><span aria-hidden="true">{}</span> {}{} {}</span>',
        "rise" if rises else "fall",
        "▲" if rises else "▼",
        numbers.signed(change, places),
        unit,
        word,
    )


@register.simple_tag
def table_rows(rows: Sequence[Sequence[Any]]) -> SafeString:
    """Rows of a table of figures, the first cell of each names it. Many and plain: a loop takes ten times as long."""
    row_of = {width: f'<tr><th scope="row">{{}}</th>{CELL * width}</tr>' for width in {len(row) - 1 for row in rows}}
    return format_html_join("\n", "{}", ((format_html(row_of[len(row) - 1], *row),) for row in rows))


@register.simple_tag
def sparkline(values: Sequence[int | float], title: str) -> SafeString:
    """A small line for a table row; -1 stands for a week that nobody looked at. `title` is what it says in words."""
    return drawings.sparkline([None if value is None or value < 0 else value for value in values], str(title))


@register.filter
def control_id(field: BoundField) -> str:
    """The id that a link of the error summary jumps to: the first choice of a group of choices."""
    grouped = isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)
    return f"{field.auto_id}_0" if grouped else field.id_for_label or field.auto_id


@register.filter
def error_count(form: BaseForm) -> int:
    return sum(len(found) for found in form.errors.values())


@register.filter
def at(mapping: dict, key: Any) -> Any:
    """The value under a key, for templates."""
    return mapping.get(key)
