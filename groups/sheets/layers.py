"""Which words in a layer column mean which layer of groups.models.group.Layer, as data."""

from __future__ import annotations

from groups.sheets.matching import matching_form, words_to_fields

WORDS: dict[str, tuple[str, ...]] = {
    "none": ("none", "not in a funnel", "无", "不分层", "未分层", "不在漏斗里"),
    "mass": ("mass", "mass group", "wide", "大群", "大群层", "泛群"),
    "course": ("course", "course group", "middle", "课程群", "课程群层", "中层"),
    "vip": ("vip", "vip group", "vip 群", "vip群层"),
}
LAYER_OF = words_to_fields(WORDS)


def layer_of(word: str) -> str:
    """The layer that a word stands for, or an empty string."""
    return LAYER_OF.get(matching_form(word), "")
