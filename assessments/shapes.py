"""Known shapes of groups to start an assessment from: answers that usually fit, and where such groups usually fail.

Answers are what a person would have typed, by question; each page still has to be looked at and continued.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Typed = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Shape:
    """`typed` holds the texts of the wizard's controls; `pitfalls` are sentences."""

    key: str
    title: str | Promise
    summary: str | Promise
    typed: Typed
    pitfalls: tuple[str | Promise, ...]


EXIT = {"exit_plan": "now", "at_risk_after_days": "14", "revive_for_days": "14", "dissolve_after_days": "14"}
QUIET = {"quiet_from": "21:00", "quiet_to": "09:00"}
SELLS = {"purpose": "business", "earns": "selling", "sell_orders": "1"}
BUYS = {"kind": "transaction", "product_traits": ["none"], "content_sources": ["offers"]}

COUPONS = Shape(
    key="coupons",
    title=_("Coupon group of a shop"),
    summary=_("Regulars get offers and buy again; nobody has to talk"),
    typed=SELLS
    | BUYS
    | EXIT
    | QUIET
    | {
        "platform": "wecom",
        "reasons": ["deals"],
        "selling_kind": "repurchase",
        "sell_buyers": "8%",
        "sell_margin": "40%",
        "signal_transaction": "buyers_7",
        "target": "2%",
        "content_supply": "over_12",
        "posts_per_day": "2",
        "review": "fortnightly",
        "span": "lasting",
        "lasting_reasons": ["benefits"],
        "layer": "mass",
    },
    pitfalls=(
        _("Copied without the margin: a big chain lives on 50 %, a corner shop on 10 %."),
        _("Coupons alone gather people who buy only with coupons; count orders without one too."),
        _("More than two posts a day and the best customers mute the group first."),
    ),
)
FLASH = Shape(
    key="flash",
    title=_("Flash sale"),
    summary=_("A few days for one sale, then the group is dissolved by plan"),
    typed=SELLS
    | BUYS
    | EXIT
    | QUIET
    | {
        "platform": "wecom",
        "reasons": ["deals"],
        "selling_kind": "flash_sale",
        "flash_buyers": "5%",
        "flash_campaigns": "1",
        "signal_transaction": "clickers_7",
        "target": "10%",
        "content_supply": "under_4",
        "posts_per_day": "6",
        "review": "weekly",
        "span": "flash",
        "layer": "none",
        "at_risk_after_days": "3",
        "revive_for_days": "2",
        "dissolve_after_days": "3",
    },
    pitfalls=(
        _("Left open after the sale it becomes one more dead group; announce the end on the first day."),
        _("Everything is sold in the first hours: people and answers must be ready then."),
        _("Buyers who are not asked into a lasting group are lost with the dissolution."),
    ),
)
CAMP = Shape(
    key="camp",
    title=_("Trial camp for new users"),
    summary=_("Some weeks of content at a low price, then the real course"),
    typed=SELLS
    | EXIT
    | QUIET
    | {
        "platform": "wecom",
        "reasons": ["learn"],
        "selling_kind": "new_customer",
        "sell_buyers": "10%",
        "sell_margin": "60%",
        "product_traits": ["learning", "decision"],
        "kind": "conversation",
        "signal_conversation": "speakers_7",
        "target": "12%",
        "content_sources": ["staff", "experts"],
        "content_supply": "4_to_12",
        "posts_per_day": "3",
        "review": "weekly",
        "span": "bounded",
        "layer": "course",
    },
    pitfalls=(
        _("Selling before the third lesson kills it; content first."),
        _("Lessons promised and not delivered cost more trust than no camp at all."),
        _("Without a day on which the course is offered the camp ends in silence."),
    ),
)
VIPS = Shape(
    key="vip",
    title=_("VIP club"),
    summary=_("Few of the best customers, service that nobody else gets"),
    typed=EXIT
    | QUIET
    | {
        "platform": "wecom",
        "purpose": "business",
        "reasons": ["service", "peers"],
        "earns": "paid",
        "paid_months": "12",
        "paid_renewal": "60%",
        "paid_refund": "3%",
        "paid_delivery": "20%",
        "product_traits": ["price", "decision"],
        "kind": "conversation",
        "signal_conversation": "answered_24h",
        "target": "90%",
        "content_sources": ["staff", "experts"],
        "content_supply": "over_12",
        "posts_per_day": "2",
        "review": "monthly",
        "span": "lasting",
        "lasting_reasons": ["service", "benefits"],
        "layer": "vip",
    },
    pitfalls=(
        _("Twelve hours a week for each group: three clubs are more than one person."),
        _("A benefit that anybody can get elsewhere is none; renewals tell after the first term."),
        _("Too many members and the answer within a day is a promise broken."),
    ),
)
SPONSORED = Shape(
    key="sponsored",
    title=_("Interest group paid by sponsors"),
    summary=_("People share an interest, partners pay to reach them"),
    typed=EXIT
    | QUIET
    | {
        "platform": "wechat",
        "purpose": "business",
        "reasons": ["peers", "events"],
        "earns": "partners",
        "audience_match": "roughly",
        "partner_campaigns": "2",
        "partner_basis": "campaign",
        "product_traits": ["organised"],
        "kind": "conversation",
        "signal_conversation": "speakers_7",
        "target": "10%",
        "content_sources": ["members", "staff"],
        "content_supply": "over_12",
        "posts_per_day": "2",
        "review": "monthly",
        "span": "lasting",
        "lasting_reasons": ["content"],
        "layer": "none",
    },
    pitfalls=(
        _("Every placement wears the group out; two a month is a lot."),
        _("Partners pay for customers like theirs: have a list before you promise."),
        _("Members who start the talk leave first when adverts take over."),
    ),
)
PEERS = Shape(
    key="peers",
    title=_("Peer circle"),
    summary=_("For love: people of one trade or hobby, judged by what they want"),
    typed=EXIT
    | QUIET
    | {
        "platform": "wechat",
        "purpose": "passion",
        "reasons": ["peers"],
        "cost_per_join": "0",
        "joins_per_month": "5",
        "product_traits": ["organised"],
        "kind": "conversation",
        "signal_conversation": "speakers_7",
        "target": "15%",
        "content_sources": ["members", "staff"],
        "content_supply": "over_12",
        "posts_per_day": "1",
        "review": "monthly",
        "span": "lasting",
        "lasting_reasons": ["organisation"],
        "layer": "none",
    },
    pitfalls=(
        _("Without one goal that all share it becomes a noticeboard for adverts."),
        _("One person carries it; when that person is tired the circle ends. Name a second one."),
        _("Growing for the sake of numbers drives out those for whom it was made."),
    ),
)
SHAPES = {shape.key: shape for shape in (COUPONS, FLASH, CAMP, VIPS, SPONSORED, PEERS)}
