from groups.models.allocation import Allocation
from groups.models.audit import AuditEntry
from groups.models.group import Group, Plan
from groups.models.handover import GroupCoOwner, Handover
from groups.models.invitation import Invitation
from groups.models.labour import HourlyRate, WorkedHours
from groups.models.money import CategoryPrice, CostCategory, LedgerLine
from groups.models.months import MonthTurn
from groups.models.outbox import OutboxMessage
from groups.models.people import Membership, Team, User
from groups.models.recurring import MissedDue, RecurringLine
from groups.models.registry import ChangedGroup, GroupFile, GroupFileContent, GroupNote, RegistryChange, RegistryImport
from groups.models.session import Attempts, PersonSession

__all__ = [
    "Allocation",
    "Attempts",
    "AuditEntry",
    "CategoryPrice",
    "ChangedGroup",
    "CostCategory",
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
    "MonthTurn",
    "OutboxMessage",
    "PersonSession",
    "Plan",
    "RecurringLine",
    "RegistryChange",
    "RegistryImport",
    "Team",
    "User",
    "WorkedHours",
]
