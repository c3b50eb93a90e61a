"""The groups of the demo company that teach or talk: an academy with its layers, readers, peers, overseas chats."""

from __future__ import annotations

from decimal import Decimal

from community_ops.demo.shapes import (
    ADVERTS,
    DEAD,
    FADING,
    FORMING,
    LOST_SIGHT,
    NO_DATA,
    RECOVERING,
    RISING,
    STEADY,
    STOPPED,
    Shape,
)


def academy() -> list[Shape]:
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


def readers() -> list[Shape]:
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


def peers() -> list[Shape]:
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


def overseas() -> list[Shape]:
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
