"""Which words in a platform column mean which platform of groups.models.group.Platform, as data."""

from __future__ import annotations

from groups.sheets.matching import matching_form, words_to_fields

WORDS: dict[str, tuple[str, ...]] = {
    "wecom": ("wecom", "企业微信", "企业微信客户群", "企微", "wxwork", "wework", "wecom customer group"),
    "wechat": ("wechat", "微信", "微信群", "个人微信", "个人微信群", "personal wechat"),
    "zsxq": ("zsxq", "知识星球"),
    "qq": ("qq", "qq群", "qq group"),
    "dingtalk": ("dingtalk", "feishu", "lark", "钉钉", "飞书", "钉钉/飞书", "钉钉或飞书", "dingtalk or feishu"),
    "telegram": ("telegram", "tg", "电报"),
    "slack": ("slack",),
    "whatsapp": ("whatsapp",),
    "discord": ("discord",),
    "zulip": ("zulip",),
    "gitter": ("gitter",),
    "irc": ("irc",),
    "mail": ("mail", "mailing list", "email", "邮件列表"),
    "other": ("other", "其他", "其它"),
}
PLATFORM_OF = words_to_fields(WORDS)


def platform_of(word: str) -> str:
    """The platform that a word stands for, or an empty string."""
    return PLATFORM_OF.get(matching_form(word), "")
