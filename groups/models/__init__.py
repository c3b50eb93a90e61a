from groups.models.allocation import Allocation
from groups.models.audit import AuditEntry
from groups.models.group import Group, Plan
from groups.models.handover import GroupCoOwner, Handover
from groups.models.invitation import Invitation
from groups.models.labour import HourlyRate, WorkedHours
from groups.models.money import CategoryPrice, CostCategory, LedgerLine
from groups.models.money_month import ExistingBuyers, MoneyMonth, TeamMoneyMonth
from groups.models.months import MonthTurn
from groups.models.orders import AttributionRule, OrderDay, OrderImport, ShopOrder
from groups.models.outbox import OutboxMessage
from groups.models.people import Membership, Team, User
from groups.models.recurring import MissedDue, RecurringLine
from groups.models.registry import ChangedGroup, GroupFile, GroupFileContent, GroupNote, RegistryChange, RegistryImport
from groups.models.session import Attempts, PersonSession

__all__ = [
    "Allocation",
    "Attempts",
    "AttributionRule",
    "AuditEntry",
    "CategoryPrice",
    "ChangedGroup",
    "CostCategory",
    "ExistingBuyers",
    "Group",
    "GroupCoOwner",
    "GroupFile",
    "GroupFileContent",
    "GroupNote",
    "Handover",
    "HourlyRate",
    "Invitation",
    "LedgerLine",
    "Membership",
    "MissedDue",
    "MoneyMonth",
    "MonthTurn",
    "OrderDay",
    "OrderImport",
    "OutboxMessage",
    "PersonSession",
    "Plan",
    "RecurringLine",
    "RegistryChange",
    "RegistryImport",
    "ShopOrder",
    "Team",
    "TeamMoneyMonth",
    "User",
    "WorkedHours",
]
