"""The groups of the demo company that sell: tea shops, mothers, flash sales, franchises, sponsored ones."""

from __future__ import annotations

from decimal import Decimal

from community_ops.demo.shapes import (
    ADVERTS,
    DEAD,
    EXODUS,
    FADING,
    FLASH,
    FORMING,
    LOST_SIGHT,
    NO_DATA,
    NOISY,
    OVERDUE,
    RECOVERING,
    RISING,
    STEADY,
    STOPPED,
    UNSERVED,
    Shape,
)

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


# Large groups to which little more than offers is sent.
MASS_SHOPS = (1, 9, 16)


def tea_shops() -> list[Shape]:
    """Coupon groups of a beverage chain: almost nobody talks, many order."""
    fates = {
        3: FADING,
        5: UNSERVED,
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
                layer="mass" if n in MASS_SHOPS else "none",
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


def mothers() -> list[Shape]:
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


def flash_sales() -> list[Shape]:
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


def franchises() -> list[Shape]:
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
            signal="answered_24h",
            signal_target=90,
            opened_days_ago=400 + n * 6,
            theme="加盟经营",
            tags=("加盟",),
        )
        for n, city in enumerate(cities)
    ]


def sponsored() -> list[Shape]:
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
