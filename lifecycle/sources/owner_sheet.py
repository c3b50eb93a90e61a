"""Tells sheets whose figures are those of an owner of groups, or of all groups, from sheets of single groups.

WeCom counts by the owner of groups or by day, never by group, and so do its tables and those of tools built on it, such
as LinkWeChat. An owner's figures are not those of any one group: there is no table for them, so such a sheet is refused
and says why, rather than credited to a group that it may not speak of.
"""

from __future__ import annotations

import re
from pathlib import Path

from groups.sheets.matching import places_of, words_to_fields
from groups.sheets.refusal import FileRefused
from groups.sheets.tables import open_table

WORDS: dict[str, tuple[str, ...]] = {
    "chats": ("群聊总数", "客户群总数", "客户群总数量", "群总数", "客群总数", "chat_total", "ChatRoomsAllCount"),
    "new_chats": ("新增群聊数", "新增客户群数", "新增客户群数量", "新增群数", "新增客群数", "new_chat_cnt", 
                  "NewAddChatRoomsCount"),
    "speaking_chats": ("有过消息的群聊数", "有过消息的群数", "有过消息的客户群数", "有过消息的群", "chat_has_msg",
                       "ReceivedMsgChatRoomsCount"),
    "closed_chats": ("解散客群数", "解散群数", "解散群聊数"),
    "members": ("群成员总数", "客户群总人数", "群总人数", "member_total", "RoomMembersAllCount"),
    "messages": ("群聊消息总数", "群聊消息数", "客户群消息总数", "消息数", "消息总数", "msg_total",
                 "ChatRoomMsgAllCount"),
    "speakers": ("发过消息的群成员数", "有过消息的成员数", "发送消息群成员数", "member_has_msg",
                 "SentMsgRoomMembersCount"),
}  # fmt: skip
IN_JSON = re.compile(r'"(?:chat_total|new_chat_cnt|chat_has_msg|ChatRoomsAllCount|NewAddChatRoomsCount)"\s*:')
FIELD_OF = words_to_fields(WORDS)
OF_OWNERS = frozenset({"chats", "new_chats", "speaking_chats", "closed_chats"})


def _fields_of(cells: list[str]) -> dict[str, int]:
    places = places_of(cells, FIELD_OF)
    told = OF_OWNERS & places.keys()
    return places | ({"owner_level": places[min(told)]} if told and len(places) > 1 else {})


def is_owner_level(cells: list[str]) -> bool:
    """Whether a header counts groups, which the row of one group never does."""
    return "owner_level" in _fields_of(cells)


def refuse_owner_level(path: Path, *, is_workbook: bool) -> None:
    """FileRefused if the file has such a header."""
    try:
        open_table(path, is_workbook=is_workbook, fields_of=_fields_of, needed=frozenset({"owner_level"}))
    except FileRefused:
        return
    raise FileRefused("owner_level")
