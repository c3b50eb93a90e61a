"""The people, teams and groups of the demo company: who they are, and which groups they look after."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from community_ops.demo.selling_groups import flash_sales, franchises, mothers, sponsored, tea_shops
from community_ops.demo.shapes import Shape
from community_ops.demo.talking_groups import academy, overseas, peers, readers

# username, name, team slug, role; the first three sign in.
PEOPLE = (
    ("op", "李敏", "demo-east", "operator"),
    ("mgr", "王建国", "*", "manager"),
    ("adm", "周宁", "", "administrator"),
    ("demo-wangq", "王强", "demo-east", "operator"),
    ("demo-chenj", "陈静", "demo-east", "operator"),
    ("demo-zhaol", "赵磊", "demo-south", "operator"),
    ("demo-liuy", "刘洋", "demo-south", "operator"),
    ("demo-huangx", "黄欣", "demo-south", "operator"),
    ("demo-suny", "孙悦", "demo-content", "operator"),
    ("demo-xum", "徐明", "demo-content", "operator"),
    ("demo-hek", "何可", "demo-content", "operator"),
)
TEAMS = (
    ("demo-east", "华东运营组（演示）"),
    ("demo-south", "华南运营组（演示）"),
    ("demo-content", "内容社群组（演示）"),
)

# Hours a week that the groups of a person ask for; each has 40, and two took on too much.
WEEK_OF = {
    "op": Decimal(36), "demo-wangq": Decimal(49), "demo-chenj": Decimal(33), "demo-zhaol": Decimal(20),
    "demo-liuy": Decimal(46), "demo-huangx": Decimal(37), "demo-suny": Decimal(31), "demo-xum": Decimal(36),
    "demo-hek": Decimal(40),
}  # fmt: skip


def roster() -> list[Shape]:
    """The groups, the same every time."""
    return _within_their_weeks(
        [
            *tea_shops(),
            *mothers(),
            *academy(),
            *flash_sales(),
            *readers(),
            *peers(),
            *overseas(),
            *franchises(),
            *sponsored(),
        ]
    )


def _within_their_weeks(shapes: list[Shape]) -> list[Shape]:
    """The same groups, with hours that the people who look after them have: WEEK_OF each, in quarters."""
    asked: dict[str, Decimal] = defaultdict(Decimal)
    for shape in shapes:
        asked[shape.owner] += shape.weekly_hours
    return [
        replace(shape, weekly_hours=_quarters(shape.weekly_hours * WEEK_OF[shape.owner] / asked[shape.owner]))
        for shape in shapes
    ]


def _quarters(hours: Decimal) -> Decimal:
    return max((hours * 4).to_integral_value(ROUND_FLOOR) / 4, Decimal("0.25"))
