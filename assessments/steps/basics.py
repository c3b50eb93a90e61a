"""Section 1: what the group is, why it is built and who owns it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assessments.rules.path import when
from assessments.steps.questions import Kind, Option, Page, Question, Section

NAME = Page(
    slug="name",
    title=_("What is this group (or batch) called?"),
    questions=(
        Question(
            key="name",
            kind=Kind.TEXT,
            label=_("What is this group (or batch) called?"),
            hint=_("Use your inside name"),
            ask=_("Enter the group's name"),
            subject=_("The name"),
            least=2,
            most=40,
        ),
        Question(
            key="group_count",
            kind=Kind.NUMBER,
            label=_("How many groups will you build?"),
            ask=_("Enter the number of groups"),
            subject=_("The number of groups"),
            places=0,
            least=1,
            most=500,
            start="1",
        ),
        Question(
            key="platform",
            kind=Kind.RADIO,
            label=_("Where will it live?"),
            ask=_("Select where it will live"),
            options=(
                Option("wecom", _("WeCom customer group")),
                Option("wechat", _("Personal WeChat")),
                Option("zsxq", _("Zsxq")),
                Option("qq", _("QQ group")),
                Option("dingtalk", _("DingTalk or Feishu")),
                Option("other", _("Somewhere else")),
            ),
        ),
        Question(
            key="platform_other",
            kind=Kind.TEXT,
            label=_("Which platform?"),
            ask=_("Enter the platform"),
            subject=_("The platform"),
            when=when("platform", "other"),
            least=2,
            most=40,
        ),
    ),
)

PURPOSE = Page(
    slug="purpose",
    title=_("Why build it?"),
    questions=(
        Question(
            key="purpose",
            kind=Kind.RADIO,
            label=_("Why build it?"),
            ask=_("Select why you build it"),
            options=(
                Option("business", _("For business")),
                Option("passion", _("Not for profit"), _("For example peers or a hobby")),
                Option("unclear", _("Not clear yet")),
            ),
        ),
        Question(
            key="owner",
            kind=Kind.PERSON,
            label=_("Who owns it to the end?"),
            ask=_("Select an owner"),
            start_from="me",
        ),
        Question(
            key="collaborators",
            kind=Kind.PEOPLE,
            label=_("Who else takes part? (optional)"),
            required=False,
        ),
    ),
    fold_title=_("Who else takes part? (optional)"),
    folded=("collaborators",),
    why=(_("Business and for-love groups are checked differently"), _("A group without a name behind it dies first")),
)

BASICS = Section(slug="basics", title=_("Basics"), pages=(NAME, PURPOSE))
