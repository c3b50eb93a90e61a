"""Which column headers mean which field, in Chinese and English, as data."""

from __future__ import annotations

from groups.sheets.matching import places_of, words_to_fields

SYNONYMS: dict[str, tuple[str, ...]] = {
    "group": ("group", "group_id", "groupid", "chat_id", "chatid", "room_id", "群", "社群", "群id", "群编号", "社群id",
              "群聊id", "群号", "客户群id", "dinggroupid", "channel_id"),
    "name": ("group_name", "name", "chat_name", "群名", "群名称", "群聊名称", "群聊名", "社群名称", "社群名", 
             "客户群名称", "客户群名", "groupname"),
    "date": ("date", "day", "stat_date", "日期", "统计日期", "统计时间", "时间", "天", "数据日期", "stat_time",
             "statdate", "统计日"),
    "platform": ("platform", "平台", "来源平台"),
    "observed_from": ("observed_from", "coverage_from", "观察开始", "开始观察", "覆盖开始", "数据开始日期"),
    "observed_until": ("observed_until", "coverage_until", "观察截止", "观察结束", "覆盖截止", "数据截止日期"),
    "member": ("member", "member_id", "sender", "sender_id", "user", "user_id", "成员", "成员id", "群成员", "发言人"),
    "members": ("members", "member_count", "member_total", "total_members", "totalcount", "groupmembercount",
                "groupusercnt1d", "total_members_count", "群人数",
                "成员数", "群成员数", "群成员总数", "总人数", "群总人数", "人数"),
    "joins": ("joins", "joined", "new_members", "new_member_cnt", "newcount", "incomingcount", "入群", "入群人数",
              "进群人数", "新增人数", "新增成员", "新增群人数", "新增群成员数", "新入群"),
    "leaves": ("leaves", "left", "quit", "quitcount", "exitcount", "退群", "退群人数", "流失人数", "离群人数"),
    "messages": ("messages", "message_count", "msg_total", "msgcount", "messsagecount", "messagecount",
                 "sendmessagecnt1d", "messages_posted_by_members_count", "消息数",
                 "消息", "消息总数", "群聊消息数", "群消息数", "群聊消息总数", "发言数", "发言条数"),
    "speakers": ("speakers", "active_members", "member_has_msg", "speakcount", "activeusercount",
                 "sendmessageusercnt1d", "members_who_posted_count", "发言人数",
                 "发消息人数", "发言成员数", "发过消息的群成员数", "发送消息群成员数", "活跃人数"),
    "clicks": ("clicks", "clickers", "点击", "点击数", "点击次数", "点击人数"),
    "orders": ("orders", "order_count", "订单", "订单数", "成交订单数", "下单数"),
    "buyers": ("buyers", "buyer_count", "下单人数", "购买人数", "成交人数", "买家数"),
    "revenue_cents": ("revenue", "sales", "amount", "gmv", "收入", "销售额", "成交额", "成交金额", "收入(元)", "金额"),
    "ads": ("ads", "ad_messages", "placements", "广告", "广告数", "广告条数", "广告消息数"),
    "filler": ("filler", "filler_messages", "灌水", "灌水数", "灌水消息数", "无效消息", "无效消息数", "水聊数"),
    "incentivised": ("incentivised", "incentivized", "red_packet_messages", "红包后发言", "红包后消息数",
                     "红包激励消息数", "激励消息数"),
    "questions": ("questions", "question_count", "提问", "提问数", "问题数", "提问条数"),
    "answered": ("answered", "answered_24h", "questions_answered", "已答", "已答数", "回答数", "24小时内回答数",
                 "24小时答复数"),
}  # fmt: skip

FIELD_OF = words_to_fields(SYNONYMS)

# Columns of a list of names that a browser reads by itself (views.cases.migrating).
ID_WORDS = (*SYNONYMS["member"], "id", "userid", "external_userid", "externaluserid", "用户id", "客户id", "编号")
NAME_WORDS = ("name", "nickname", "remark", "姓名", "昵称", "名称", "备注", "备注名", "客户", "客户名称")


def fields_of(cells: list[str]) -> dict[str, int]:
    """The place of each recognised field; a file without ids names its groups by their names."""
    places = places_of(cells, FIELD_OF)
    if "group" not in places and "name" in places:
        places["group"] = places["name"]
    return places
