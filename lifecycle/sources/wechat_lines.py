"""What WeChat itself says in a group, as data: who came, who was taken out, who left. Nothing else is an event."""

from __future__ import annotations

import re

WHO = r"[\"“”「]?(?P<who>.+?)[\"“”」]?"
JOINED = [
    re.compile(line)
    for line in (
        rf".*邀请{WHO}加入了?群聊.*",
        rf"{WHO}通过.*(?:二维码|邀请|名片|链接).*加入了?群聊.*",
        rf"{WHO}(?:加入了|加入)群聊",
        r"(?:(?P<who>You)|.+?) (?:joined|joins) (?:the )?group chat.*",
        r".*? invited (?P<who>.+?) to (?:the|join the) group chat.*",
    )
]
LEFT = [
    re.compile(line)
    for line in (
        rf".*将{WHO}移出了?群聊.*",
        rf"{WHO}(?:已|被移)?(?:退出|离开)了?群聊",
        rf"{WHO}被.*移出了?群聊.*",
        r".*? removed (?P<who>.+?) from (?:the )?group chat.*",
        r"(?P<who>.+?) left (?:the )?group chat.*",
    )
]
BETWEEN = re.compile(r"[\"”」]?\s*[、，,]\s*[\"“「]?")
LONGEST = 2000


def moves_of(line: str) -> tuple[int, int]:
    """How many came and how many went by a line of WeChat's own."""
    if len(line) > LONGEST:
        return 0, 0
    for came, patterns in ((True, JOINED), (False, LEFT)):
        for pattern in patterns:
            found = pattern.fullmatch(line.strip())
            if found:
                people = len([one for one in BETWEEN.split(found["who"] or "x") if one])
                return (people, 0) if came else (0, people)
    return 0, 0
