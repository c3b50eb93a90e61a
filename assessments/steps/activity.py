"""Section 3: which activity the group needs, and what proves it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assessments.rules.path import both, either, when
from assessments.steps.questions import Kind, Option, Page, Question, Section

TALKATIVE = ("price", "decision", "learning", "organised")
CONVERSATION = either(when("kind", "conversation"), both(when("kind", "recommend"), when("product_traits", *TALKATIVE)))
TRANSACTION = either(when("kind", "transaction"), both(when("kind", "recommend"), when("product_traits", "none")))
COUNTED_POSTS = both(CONVERSATION, when("signal_conversation", "member_posts_7"))
SHARE = either(both(CONVERSATION, when("signal_conversation", "speakers_7", "answered_24h")), TRANSACTION)

CONDITIONS = Page(
    slug="conditions",
    title=_("Which of these hold?"),
    questions=(
        Question(
            key="product_traits",
            kind=Kind.CHECKS,
            label=_("Which of these hold?"),
            ask=_("Select what holds, or “None of these”"),
            exclusive_error=_("Select what holds, or “None of these”, not both"),
            options=(
                Option("price", _("High price"), _("Nobody buys it on a whim")),
                Option("decision", _("A long time to decide")),
                Option("learning", _("Hard to learn to use")),
                Option("organised", _("Ranks or an organisation bind the members")),
                Option("none", _("None of these"), exclusive=True),
            ),
        ),
    ),
    why=(_("The more, the more people need to talk"),),
)

KIND = Page(
    slug="kind",
    title=_("Which activity do you want?"),
    questions=(
        Question(
            key="kind",
            kind=Kind.RADIO,
            label=_("Which activity do you want?"),
            ask=_("Select which activity you want"),
            options=(
                Option("conversation", _("Conversation"), _("Members talk, ask and answer")),
                Option("transaction", _("Transaction"), _("They click and buy, nobody has to speak")),
                Option("recommend", _("Recommend for me")),
            ),
        ),
        Question(
            key="signal_conversation",
            kind=Kind.RADIO,
            label=_("Which figure proves it is alive?"),
            ask=_("Select the figure"),
            when=CONVERSATION,
            options=(
                Option("speakers_7", _("Share of members who said something of value in 7 days")),
                Option("answered_24h", _("Share of questions answered within 24 hours")),
                Option("member_posts_7", _("Posts by members in 7 days")),
            ),
        ),
        Question(
            key="signal_transaction",
            kind=Kind.RADIO,
            label=_("Which figure proves it is alive?"),
            ask=_("Select the figure"),
            when=TRANSACTION,
            options=(
                Option("clickers_7", _("Share of members who clicked in 7 days")),
                Option("buyers_7", _("Share of members who ordered in 7 days")),
                Option("repurchase_30", _("Repurchase rate in 30 days")),
            ),
        ),
        Question(
            key="target",
            kind=Kind.PERCENT,
            label=_("Target"),
            hint=_("A starting point: 10% who speak or click, 2% who order"),
            ask=_("Enter the target"),
            subject=_("The target"),
            when=SHARE,
        ),
        Question(
            key="target_posts",
            kind=Kind.NUMBER,
            label=_("Target, posts in 7 days"),
            ask=_("Enter the target"),
            subject=_("The target"),
            when=COUNTED_POSTS,
            places=0,
            least=1,
            most=99_999,
        ),
    ),
    why=(
        _("Not every group has to be lively"),
        _(
            "Filler word games are not activity. In a transaction group talk without clicks is worthless; in a "
            "conversation group sales without questions and answers do not last."
        ),
    ),
)

CONTENT = Page(
    slug="content",
    title=_("Where does good content come from, for how long?"),
    why=(_("Promised and not delivered hurts most"),),
    questions=(
        Question(
            key="content_sources",
            kind=Kind.CHECKS,
            label=_("Who makes it?"),
            ask=_("Select who makes the content"),
            options=(
                Option("staff", _("Our staff")),
                Option("experts", _("Experts")),
                Option("members", _("The members")),
                Option("offers", _("Products and events themselves")),
            ),
        ),
        Question(
            key="content_supply",
            kind=Kind.RADIO,
            label=_("How long does it last?"),
            ask=_("Select how long the content lasts"),
            options=(
                Option("under_4", _("Under 4 weeks")),
                Option("4_to_12", _("4 to 12 weeks")),
                Option("over_12", _("Over 12 weeks")),
            ),
        ),
    ),
)

RHYTHM = Page(
    slug="rhythm",
    title=_("How many official posts a day at most?"),
    questions=(
        Question(
            key="posts_per_day",
            kind=Kind.NUMBER,
            label=_("How many official posts a day at most?"),
            ask=_("Enter the posts a day"),
            subject=_("Posts a day"),
            places=0,
            least=0,
            most=50,
            starts=((CONVERSATION, "3"), (TRANSACTION, "2")),
        ),
        Question(
            key="quiet_from",
            kind=Kind.TIME,
            label=_("Quiet hours from"),
            subject=_("The time"),
            ask=_("Enter when quiet hours begin"),
            start="21:00",
        ),
        Question(
            key="quiet_to",
            kind=Kind.TIME,
            label=_("Quiet hours until"),
            subject=_("The time"),
            ask=_("Enter when quiet hours end"),
            start="09:00",
        ),
        Question(
            key="review",
            kind=Kind.RADIO,
            label=_("How often will you review?"),
            ask=_("Select how often you will review"),
            options=(
                Option("weekly", _("Every week")),
                Option("fortnightly", _("Every two weeks")),
                Option("monthly", _("Every month")),
                Option("never", _("Not planned")),
            ),
        ),
    ),
    why=(
        _("Too loud and too quiet both lose people"),
        _("Conversation 3, transaction 2"),
        _("Look at the figures and change what you do"),
    ),
)

ACTIVITY = Section(slug="activity", title=_("Which kind of activity"), pages=(CONDITIONS, KIND, CONTENT, RHYTHM))
