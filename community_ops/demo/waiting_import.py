"""A file of last week's figures that somebody uploaded and that waits for a decision: what a preview looks like."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

from community_ops.demo.company import Company
from groups.models import Group
from lifecycle.imports import receive, run

HEADER = ["群名称", "群id", "日期", "群成员数", "消息数", "发言人数", "备注"]


def leave_a_file(*, company: Company, now: datetime, today: date) -> int:
    """Upload it and have it looked at; returns how many files wait."""
    team = next(iter(company.teams.values()))
    days = [today - timedelta(days=n) for n in range(3, 0, -1)]
    groups = Group.objects.filter(team=team, archived_at=None, closed_on=None).exclude(external_id="").order_by("pk")
    lines = [
        [group.name, group.external_id, day, 80 + n, 12 + n, 5 + n, ""]
        for group in groups[:4]
        for n, day in enumerate(days)
    ]
    lines += [["周末读书会", "weekend-readers", day, 36, 9, 4, "新建的群"] for day in days]
    lines += [[groups[0].name, groups[0].external_id, f"{today.year}/13/1", 80, 3, 2, "日期写错了"]]
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *lines])
    content = text.getvalue().encode("gb18030")
    upload = receive(
        team=team, file_name="上周群数据.csv", content=content, by=company.people["op"], now=now - timedelta(hours=2)
    )
    run(upload.pk, now=now, today=today)
    return 1
