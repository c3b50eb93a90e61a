"""The people, teams and groups of the demo company, as data: who they are and what will become of each group."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import ROUND_FLOOR, Decimal

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

# Lives: what happens to a group over the days shown; see activity.level_of.
STEADY, RISING, FADING, STOPPED, DEAD, RECOVERING = "steady", "rising", "fading", "stopped", "dead", "recovering"
ADVERTS, NO_DATA, LOST_SIGHT, FORMING, FLASH, OVERDUE, NOISY, EXODUS = (
    "adverts",
    "no_data",
    "lost_sight",
    "forming",
    "flash",
    "overdue",
    "noisy",
    "exodus",
)


@dataclass(frozen=True)
class Shape:
    """One group of the demo: identity, plan and fate."""

    key: str
    name: str
    team: str
    owner: str
    platform: str
    monetization: str
    activity: str
    lifespan: str
    layer: str = "none"
    life: str = STEADY
    members: int = 180
    # Messages (conversation) or orders (transaction) a day when all is well.
    pace: float = 20.0
    # Average order value, yuan; 0 where the group does not sell.
    order_value: Decimal = Decimal(0)
    margin: Decimal = Decimal("0.4")
    weekly_hours: Decimal = Decimal(4)
    opened_days_ago: int = 260
    ends_in_days: int | None = None
    upstream: str = ""
    theme: str = ""
    tags: tuple[str, ...] = field(default=())


def roster() -> list[Shape]:
    """The groups, the same every time."""
    return _within_their_weeks(
        [
            *_tea(),
            *_mothers(),
            *_academy(),
            *_flash(),
            *_readers(),
            *_peers(),
            *_overseas(),
            *_franchise(),
            *_sponsored(),
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


_TEA_SHOPS = [
    "杭州西湖店",
    "杭州滨江店",
    "杭州城西店",
    "宁波天一店",
    "宁波鄞州店",
    "苏州观前店",
    "苏州园区店",
    "南京新街口店",
    "南京河西店",
    "上海静安店",
    "上海五角场店",
    "上海徐汇店",
    "无锡三阳店",
    "合肥银泰店",
    "广州天河店",
    "广州北京路店",
    "深圳南山店",
    "深圳福田店",
    "佛山祖庙店",
    "厦门中山路店",
    "福州东街口店",
    "长沙五一店",
]


def _tea() -> list[Shape]:
    """Coupon groups of a beverage chain: almost nobody talks, many order."""
    fates = {
        3: FADING,
        7: DEAD,
        9: NOISY,
        12: STOPPED,
        14: NO_DATA,
        16: RISING,
        18: EXODUS,
        20: FORMING,
        21: LOST_SIGHT,
    }
    shapes = []
    for n, shop in enumerate(_TEA_SHOPS):
        south = n >= 14
        shapes.append(
            Shape(
                key=f"tea-{n + 1:02}",
                name=f"茶屿{shop}福利群",
                team="demo-south" if south else "demo-east",
                owner=("demo-zhaol", "demo-liuy", "demo-huangx")[n % 3]
                if south
                else ("op", "demo-wangq", "demo-chenj")[n % 3],
                platform="wecom",
                monetization="repurchase",
                activity="transaction",
                lifespan="lasting",
                life=fates.get(n, STEADY),
                members=190 + (n * 37) % 260,
                pace=8 + (n * 5) % 14,
                order_value=Decimal("21.50"),
                margin=Decimal("0.55"),
                weekly_hours=Decimal(2),
                opened_days_ago=18 if fates.get(n) == FORMING else 320 + n * 7,
                theme="门店优惠与新品",
                tags=("门店", "优惠券"),
            )
        )
    return shapes


def _mothers() -> list[Shape]:
    """Trial camps and chat groups of a baby-food brand: content first, selling later."""
    fates = {
        0: FADING,
        2: STOPPED,
        4: ADVERTS,
        7: FADING,
        9: DEAD,
        11: RECOVERING,
        13: FORMING,
        15: STOPPED,
        17: LOST_SIGHT,
    }
    shapes = []
    for n in range(20):
        camp = n % 2 == 1
        fate = fates.get(n, STEADY)
        shapes.append(
            Shape(
                key=f"mom-{n + 1:02}",
                name=f"辅食体验营 {n // 2 + 8} 期" if camp else f"宝妈交流 {chr(65 + n // 2)} 群",
                team="demo-east" if n < 12 else "demo-south",
                owner=("op", "demo-chenj", "demo-wangq")[n % 3] if n < 12 else ("demo-huangx", "demo-liuy")[n % 2],
                platform="wecom" if n % 3 else "wechat",
                monetization="new_customer" if camp else "repurchase",
                activity="conversation",
                lifespan="bounded" if camp else "lasting",
                layer="course" if camp else "mass",
                life=fate,
                members=120 + (n * 53) % 250,
                pace=22 + (n * 7) % 30,
                order_value=Decimal("168"),
                margin=Decimal("0.42"),
                weekly_hours=Decimal(6),
                opened_days_ago=16 if fate == FORMING else (150 if camp else 280 + n * 4),
                ends_in_days=(20 + n * 3) if camp else None,
                upstream=f"mom-{n:02}" if camp else "",
                theme="辅食与喂养",
                tags=("母婴",),
            )
        )
    return shapes


def _academy() -> list[Shape]:
    """A school for slide design: mass -> course -> VIP, with answers and workshops."""
    shapes = []
    for n in range(8):
        shapes.append(
            Shape(
                key=f"ppt-mass-{n + 1}",
                name=f"片语设计公开群 {n + 1}",
                team="demo-content",
                owner=("demo-suny", "demo-xum")[n % 2],
                platform="wechat" if n < 5 else "qq",
                monetization="none",
                activity="conversation",
                lifespan="lasting",
                layer="mass",
                life={2: FADING, 5: ADVERTS, 7: DEAD}.get(n, STEADY),
                members=380 + n * 14,
                pace=45 - n * 2,
                weekly_hours=Decimal(2),
                opened_days_ago=420 + n * 20,
                theme="演示设计入门",
                tags=("课程", "漏斗"),
            )
        )
    for n in range(10):
        shapes.append(
            Shape(
                key=f"ppt-course-{n + 1:02}",
                name=f"片语设计 {n + 21} 期课程群",
                team="demo-content",
                owner=("demo-suny", "demo-hek", "demo-xum")[n % 3],
                platform="wecom",
                monetization="paid_access",
                activity="conversation",
                lifespan="bounded",
                layer="course",
                life={1: FADING, 4: STOPPED, 6: RISING}.get(n, STEADY),
                members=70 + n * 9,
                pace=26 + n * 2,
                order_value=Decimal("399"),
                margin=Decimal("0.8"),
                weekly_hours=Decimal(6),
                opened_days_ago=120 - n * 4,
                ends_in_days=25 + n * 8,
                upstream=f"ppt-mass-{n % 8 + 1}",
                theme="演示设计进阶",
                tags=("课程", "漏斗"),
            )
        )
    for n in range(4):
        shapes.append(
            Shape(
                key=f"ppt-vip-{n + 1}",
                name=f"片语设计 VIP 研习社 {n + 1}",
                team="demo-content",
                owner="demo-hek",
                platform="zsxq" if n == 0 else "wecom",
                monetization="paid_access",
                activity="conversation",
                lifespan="lasting",
                layer="vip",
                life={3: FORMING}.get(n, STEADY),
                members=28 + n * 7,
                pace=14,
                order_value=Decimal("1999"),
                margin=Decimal("0.85"),
                weekly_hours=Decimal(10),
                opened_days_ago=15 if n == 3 else 240,
                upstream=f"ppt-course-{n + 1:02}",
                theme="高阶点评与接单",
                tags=("课程", "漏斗", "VIP"),
            )
        )
    return shapes


def _flash() -> list[Shape]:
    """Groups that sell everything in a few days and are dissolved by plan."""
    shapes = []
    for n in range(12):
        ended, overdue = n < 6, n == 6
        shapes.append(
            Shape(
                key=f"flash-{n + 1:02}",
                name=f"双11 快闪 {n + 1} 群" if n < 7 else f"双12 快闪 {n - 6} 群",
                team="demo-east" if n % 2 == 0 else "demo-south",
                owner="demo-wangq" if n % 2 == 0 else "demo-liuy",
                platform="wecom",
                monetization="flash_sale",
                activity="transaction",
                lifespan="flash",
                life=OVERDUE if overdue else FLASH,
                members=300 + (n * 61) % 190,
                pace=30 + (n * 9) % 25,
                order_value=Decimal("96"),
                margin=Decimal("0.35"),
                weekly_hours=Decimal(8),
                opened_days_ago=24 if ended else (34 if overdue else 6),
                ends_in_days=-8 if ended else (-14 if overdue else 16),
                theme="大促限时",
                tags=("大促",),
            )
        )
    return shapes


def _readers() -> list[Shape]:
    """Paid reading clubs that promise companionship."""
    names = [
        "周一晨读会",
        "历史共读",
        "科幻共读",
        "诗歌夜读",
        "亲子共读",
        "商业书友",
        "英文原著营",
        "传记共读",
    ]
    fates = {1: FADING, 3: STOPPED, 5: NO_DATA, 7: RECOVERING}
    return [
        Shape(
            key=f"read-{n + 1}",
            name=f"读书会 · {name}",
            team="demo-content",
            owner=("demo-xum", "demo-hek")[n % 2],
            platform="zsxq" if n % 3 == 0 else "wechat",
            monetization="paid_access",
            activity="conversation",
            lifespan="lasting",
            layer="vip" if n == 5 else "none",
            life=fates.get(n, STEADY),
            members=58 + n * 13,
            pace=15 + n,
            order_value=Decimal("199"),
            margin=Decimal("0.9"),
            weekly_hours=Decimal(5),
            opened_days_ago=300 - n * 9,
            theme="共读",
            tags=("付费",),
        )
        for n, name in enumerate(names)
    ]


def _peers() -> list[Shape]:
    """Groups for love, not money: peers and hobbies."""
    names = [
        "华东社群同行会",
        "门店店长互助",
        "慢跑晨跑团",
        "观鸟小队",
        "桌游周末局",
        "摄影外拍群",
        "手冲咖啡角",
        "骑行周末团",
        "植物养护群",
        "老同事茶话会",
    ]
    fates = {2: FADING, 4: DEAD, 6: STOPPED, 8: RISING, 9: DEAD}
    return [
        Shape(
            key=f"peer-{n + 1:02}",
            name=name,
            team=("demo-east", "demo-south", "demo-content")[n % 3],
            owner=("demo-chenj", "demo-huangx", "demo-suny")[n % 3],
            platform="qq" if n % 4 == 3 else "wechat",
            monetization="none",
            activity="conversation",
            lifespan="lasting",
            life=fates.get(n, STEADY),
            members=40 + n * 17,
            pace=12 + (n * 5) % 20,
            weekly_hours=Decimal(1),
            opened_days_ago=500 - n * 12,
            theme="同好交流",
            tags=("用爱发电",),
        )
        for n, name in enumerate(names)
    ]


def _overseas() -> list[Shape]:
    """User groups abroad, on the platforms that people use there."""
    rows = (
        ("telegram", "Tea Lovers SG", STEADY),
        ("telegram", "Tea Lovers KL", FADING),
        ("whatsapp", "Franchise Jakarta", STEADY),
        ("discord", "Slide Design Discord", RISING),
        ("slack", "Partner Slack #announcements", STOPPED),
        ("slack", "Partner Slack #help", STEADY),
        ("telegram", "Tea Lovers BKK", LOST_SIGHT),
        ("whatsapp", "Parents London", FADING),
    )
    return [
        Shape(
            key=f"sea-{n + 1}",
            name=name,
            team="demo-south" if n < 4 else "demo-content",
            owner="demo-liuy" if n < 4 else "demo-xum",
            platform=platform,
            monetization="repurchase" if n in (0, 1, 6) else "none",
            activity="conversation",
            lifespan="lasting",
            life=fate,
            members=90 + n * 31,
            pace=16 + n * 2,
            order_value=Decimal("65") if n in (0, 1, 6) else Decimal(0),
            weekly_hours=Decimal(3),
            opened_days_ago=270 + n * 8,
            theme="overseas",
            tags=("海外",),
        )
        for n, (platform, name, fate) in enumerate(rows)
    ]


def _franchise() -> list[Shape]:
    """Working groups with franchisees: organizational ties make people talk."""
    cities = [
        "杭州",
        "宁波",
        "苏州",
        "南京",
        "上海",
        "广州",
        "深圳",
        "厦门",
        "福州",
        "长沙",
        "合肥",
        "温州",
        "佛山",
        "泉州",
    ]
    fates = {4: FADING, 9: STOPPED, 12: NO_DATA}
    return [
        Shape(
            key=f"fran-{n + 1:02}",
            name=f"{city}加盟商沟通群",
            team="demo-east" if n in (0, 1, 2, 3, 4, 10, 11) else "demo-south",
            owner="op" if n in (0, 1, 2, 3, 4, 10, 11) else "demo-zhaol",
            platform="dingtalk",
            monetization="none",
            activity="conversation",
            lifespan="lasting",
            life=fates.get(n, STEADY),
            members=24 + (n * 11) % 40,
            pace=18 + (n * 3) % 12,
            weekly_hours=Decimal(2),
            opened_days_ago=400 + n * 6,
            theme="加盟经营",
            tags=("加盟",),
        )
        for n, city in enumerate(cities)
    ]


def _sponsored() -> list[Shape]:
    """Interest groups that partners pay for; every placement wears them out."""
    titles = [
        "城市探店一群",
        "城市探店二群",
        "城市探店三群",
        "亲子周末一群",
        "亲子周末二群",
        "露营装备一群",
        "露营装备二群",
        "母婴好物一群",
        "母婴好物二群",
        "设计师接单群",
        "咖啡器具团",
        "周末市集群",
    ]
    fates = {1: ADVERTS, 3: EXODUS, 5: ADVERTS, 8: FADING, 10: DEAD}
    return [
        Shape(
            key=f"spon-{n + 1:02}",
            name=title,
            team="demo-south" if n < 9 else "demo-content",
            owner="demo-huangx" if n < 9 else "demo-suny",
            platform="wechat" if n % 2 else "wecom",
            monetization="sponsorship",
            activity="conversation",
            lifespan="lasting",
            life=fates.get(n, STEADY),
            members=260 + n * 18,
            pace=24 + (n * 3) % 14,
            weekly_hours=Decimal(3),
            opened_days_ago=230 + n * 10,
            theme="兴趣与合作",
            tags=("合作",),
        )
        for n, title in enumerate(titles)
    ]
