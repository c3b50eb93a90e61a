"""What a text says about its message, as marks of rules.talk: whether it says nothing, whether it asks.

Filler says nothing: fewer than four characters, no letter at all (digits, emoji, punctuation), a list that goes round
for everybody to add a line to. A question ends in a question mark, or in a word that asks.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.talk import FILLER, QUESTION

SHORTEST = 4
CHAIN_LIST = ("#接龙", "＃接龙", "#Group Note", "#solitaire")
ASKS = ("?", "？", "吗", "呢")
ENDS_LOOKED_AT = [ord(mark) for mark in (*ASKS, "\xa0", "\u3000")]  # or a blank that hides one
BLANKS_CUT = 2  # at the end of a text, before it is looked at
STICKERS = re.compile(r"!?\[(?:动画表情|表情|贴纸|sticker|Sticker)[^\[\]]*\](?:\(\S*\))?")
# Small pictures inside a text, as WeChat and QQ write them, and as Slack, Discord and Zulip do.
EMOTICONS = re.compile(r"(?:(?:\[[^\[\]\s]{1,8}\]|(?:<a?)?:[a-z0-9_+\-]{1,40}:(?:\d{15,20}>)?)\s*)+")
PICTURES = re.compile(r"!?\[(?:图片|视频|语音|文件|链接|位置|小程序|名片|聊天记录|引用|合并转发)")
OPENS_A_PICTURE = frozenset("[!<:")
LETTER = re.compile(r"[^\W\d_]")
NO_TEXT = msgspec.Raw(b'""')
LONGEST_LINK = 8  # characters of a link of a word chain
HAN = range(0x3400, 0xA000)


def text_of(content: msgspec.Raw) -> str:
    """A text of JSON that was not decoded with its message; parts of one are joined. Empty where it is none, or broken:
    a text that nobody can read does not spoil the file."""
    try:
        said = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return joined(said)


def joined(said: Any) -> str:
    """A text, or one whose parts are marked as links or names."""
    if isinstance(said, str):
        return said
    texts = (part.get("text") if isinstance(part, dict) else part for part in (said if isinstance(said, list) else ()))
    return "".join(text for text in texts if isinstance(text, str))


def marks_of(text: str) -> int:
    """The marks of a text; none of an empty one, which is a picture or a file."""
    said = text.strip()
    if not said:
        return 0
    if said[0] in OPENS_A_PICTURE:
        if PICTURES.match(said):
            return 0
        if STICKERS.fullmatch(said) or EMOTICONS.fullmatch(said):
            return FILLER
    says = bool(LETTER.search(said))
    asks = QUESTION if says and said.endswith(ASKS) else 0
    if not says or len(said) < SHORTEST or said.startswith(CHAIN_LIST):
        return FILLER | asks
    return asks


@cache
def _alphabet() -> NDArray[np.bool_]:
    """Which code points of the first plane are letters."""
    return np.array([chr(point).isalpha() for point in range(0x10000)])


def special_texts(texts: list[str]) -> list[int]:
    """Which of many texts have to be looked at for their marks and ends: all but those that plainly say something."""
    length = np.fromiter(map(len, texts), "i8", len(texts))
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    if not len(points):
        return list(range(len(texts)))
    ends = np.cumsum(length)
    first = points[np.minimum(ends - length, len(points) - 1)]
    for _ in range(BLANKS_CUT):
        blank = (points[ends - 1] == ord(" ")) & (length > 1)
        ends, length = ends - blank, length - blank
    last = points[ends - 1]
    plain = (length > LONGEST_LINK) & (first < 0x10000) & _alphabet()[np.minimum(first, 0xFFFF)]
    plain &= (last > ord(" ")) & ~np.isin(last, ENDS_LOOKED_AT)
    special: list[int] = np.flatnonzero(~plain).tolist()
    return special


def ends_of(text: str) -> tuple[int, int]:
    """The code points at which a short Chinese text begins and ends; zeros for any other."""
    said = text.strip()
    if not 2 <= len(said) <= LONGEST_LINK:
        return 0, 0
    first, last = ord(said[0]), ord(said[-1])
    return (first, last) if first in HAN and last in HAN else (0, 0)
