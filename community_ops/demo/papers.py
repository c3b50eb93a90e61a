"""Keeps some notes, a file and two imported lists in the demo, through the product's own writers."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from uuid import uuid4

from community_ops.demo.company import Company
from groups import bulk_changes, papers, registry_import
from groups.models import Group, RegistryChange, RegistryImport

NOTES = {
    "tea-01": ("店长每周二上午确认券的库存，缺货时先停发。", "12 月起改用新的小程序卡片，旧链接会失效。"),
    "mom-01": ("群规已置顶：不发砍价链接。", "陈静休假期间由王强代管，到下周五。", "老成员建议把抽奖改到周四晚上。"),
    "spon-02": ("合作方每月 5 日对账，联系人见附件。",),
}
SHEET = (
    ("日期", "内容", "负责人"),
    ("周二", "新品试用招募", "王强"),
    ("周四", "晚间抽奖", "陈静"),
    ("周六", "妈妈课堂直播", "王强"),
)
HEADER = ("群聊名称", "群主", "建群时间", "人数上限", "标签", "备注")


def keep_papers(*, company: Company, now: datetime) -> None:
    """Notes over the last weeks, a plan of posts as a file, one list that came in and one that waits."""
    for key, texts in NOTES.items():
        group = company.groups[key]
        for place, text in enumerate(texts):
            day = now - timedelta(days=9 * (len(texts) - place))
            at = day.replace(hour=2 + place, minute=17 + 11 * place)  # in the morning of the business time
            papers.add_note(group=group, text=text, token=uuid4(), by=group.owner, now=at)
    mothers = company.groups["mom-01"]
    papers.add_file(
        group=mothers,
        name="每周内容排期.csv",
        content=_csv(SHEET).encode("utf-8-sig"),
        token=uuid4(),
        by=mothers.owner,
        now=now - timedelta(days=12),
    )
    operator = company.people["op"]
    own = Group.objects.filter(team=company.teams["demo-east"], closed_on=None).order_by("pk")
    bulk_changes.change_many(
        groups=own.filter(platform="wecom"),
        kind=RegistryChange.Kind.ADD_TAG,
        value="双12",
        token=uuid4(),
        by=operator,
        now=now - timedelta(days=6),
    )
    names = list(own.values_list("name", flat=True)[:4])
    known = [(name, "", "", "", "", "月会已对过群信息") for name in names]
    came_in = _received(company, "华东群信息核对.csv", known, now - timedelta(days=4))
    registry_import.ask(upload=came_in, only_good=True, with_same_names=False, by=operator, now=now - timedelta(days=4))
    registry_import.work(came_in.pk, now=now - timedelta(days=4))
    waiting = [
        ("双12 福利 1 群", "李敏", "2026/11/20", "500", "双12", ""),
        ("双12 福利 2 群", "李敏", "2026/11/31", "500", "双12", "日期待确认"),
        ("双12 福利 3 群", "李小敏", "2026/11/21", "500", "双12", ""),
        (names[0], "", "", "450", "", ""),
    ]
    _received(company, "双12 新群登记.csv", waiting, now - timedelta(hours=20))
    unmatched = [("社群", "管家", "备注一"), ("双12 福利 4 群", "李敏", "")]
    _read(company, "供应商群清单.csv", unmatched, now - timedelta(hours=2))


def _received(company: Company, name: str, rows: list[tuple[str, ...]], now: datetime) -> RegistryImport:
    """A list that waits for a confirmation."""
    upload = _read(company, name, [HEADER, *rows], now)
    by = company.people["op"]
    registry_import.match(upload=upload, mapping=upload.mapping, remember=False, by=by, now=now)
    registry_import.work(upload.pk, now=now)
    return RegistryImport.objects.get(pk=upload.pk)


def _read(company: Company, name: str, rows: list[tuple[str, ...]], now: datetime) -> RegistryImport:
    """A list that waits for its columns."""
    upload = registry_import.receive(
        team=company.teams["demo-east"],
        platform="wecom",
        file_name=name,
        content=_csv(rows).encode("gb18030"),
        by=company.people["op"],
        now=now,
    )
    registry_import.work(upload.pk, now=now)
    return RegistryImport.objects.get(pk=upload.pk)


def _csv(rows: object) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
