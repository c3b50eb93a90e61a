from groups.models.allocation import Allocation
from groups.models.audit import AuditEntry, AuditSeal
from groups.models.authenticator import AuthenticatorApp, BackupCodes
from groups.models.forgotten import Forgotten
from groups.models.group import Group, Plan
from groups.models.handover import GroupCoOwner, Handover
from groups.models.identity import Identity
from groups.models.invitation import Invitation
from groups.models.labour import HourlyRate, WorkedHours
from groups.models.layers import LayerMove, MovedMember
from groups.models.lists import ColumnPreset, ListPage, RegistryImport
from groups.models.monetization import RevenueModel
from groups.models.money import CategoryPrice, CostCategory, LedgerLine
from groups.models.money_month import ExistingBuyers, MoneyMonth, TeamMoneyMonth
from groups.models.months import MonthTurn
from groups.models.notices import Delivery, Notice, NoticeChoice, NoticeKind, NoticeMute, QuietHours, Robot
from groups.models.orders import AttributionRule, OrderDay, OrderImport, ShopOrder
from groups.models.outbox import OutboxMessage
from groups.models.people import Membership, Team, User, WeeklyCapacity
from groups.models.recurring import MissedDue, RecurringLine
from groups.models.registry import ChangedGroup, GroupFile, GroupFileContent, GroupNote, RegistryChange
from groups.models.reports import ReportDay, ReportKind, SharedReport, Weekday
from groups.models.sample import SampleWork
from groups.models.saved import SavedView
from groups.models.session import Attempts, PersonSession
from groups.models.sponsors import Partner, Placement
from groups.models.tokens import ApiAnswer, ApiToken, Right

__all__ = [
    "Allocation",
    "ApiAnswer",
    "ApiToken",
    "Attempts",
    "AttributionRule",
    "AuditEntry",
    "AuditSeal",
    "AuthenticatorApp",
    "BackupCodes",
    "CategoryPrice",
    "ChangedGroup",
    "ColumnPreset",
    "CostCategory",
    "Delivery",
    "ExistingBuyers",
    "Forgotten",
    "Group",
    "GroupCoOwner",
    "GroupFile",
    "GroupFileContent",
    "GroupNote",
    "Handover",
    "HourlyRate",
    "Identity",
    "Invitation",
    "LayerMove",
    "LedgerLine",
    "ListPage",
    "Membership",
    "MissedDue",
    "MoneyMonth",
    "MonthTurn",
    "MovedMember",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "NoticeMute",
    "OrderDay",
    "OrderImport",
    "OutboxMessage",
    "Partner",
    "PersonSession",
    "Placement",
    "Plan",
    "QuietHours",
    "RecurringLine",
    "RegistryChange",
    "RegistryImport",
    "ReportDay",
    "ReportKind",
    "RevenueModel",
    "Right",
    "Robot",
    "SampleWork",
    "SavedView",
    "SharedReport",
    "ShopOrder",
    "Team",
    "TeamMoneyMonth",
    "User",
    "Weekday",
    "WeeklyCapacity",
    "WorkedHours",
]
