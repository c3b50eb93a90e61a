"""Which words in a platform column mean which platform of groups.models.group.Platform, as data."""

from __future__ import annotations

from groups.sheets.matching import matching_form, words_to_fields

WORDS: dict[str, tuple[str, ...]] = {
    "wecom": ("wecom", "企业微信", "企业微信客户群", "企微", "wxwork", "wework"),
    "wechat": ("wechat", "微信", "微信群", "个人微信", "个人微信群"),
    "zsxq": ("zsxq", "知识星球"),
    "qq": ("qq", "qq群"),
    "dingtalk": ("dingtalk", "feishu", "lark", "钉钉", "飞书", "钉钉/飞书"),
    "telegram": ("telegram", "tg", "电报"),
    "slack": ("slack",),
    "whatsapp": ("whatsapp",),
    "discord": ("discord",),
    "zulip": ("zulip",),
    "gitter": ("gitter",),
    "irc": ("irc",),
    "mail": ("mail", "mailinglist", "email", "邮件列表"),
    "other": ("other", "其他", "其它"),
}
PLATFORM_OF = words_to_fields(WORDS)


def platform_of(word: str) -> str:
    """The platform that a word stands for, or an empty string."""
    return PLATFORM_OF.get(matching_form(word), "")
