from groups.models.allocation import Allocation
from groups.models.audit import AuditEntry
from groups.models.group import Group, Plan
from groups.models.labour import HourlyRate, WorkedHours
from groups.models.money import CategoryPrice, CostCategory, LedgerLine
from groups.models.months import MonthTurn
from groups.models.outbox import OutboxMessage
from groups.models.people import Membership, Team, User
from groups.models.recurring import MissedDue, RecurringLine

__all__ = [
    "Allocation",
    "AuditEntry",
    "CategoryPrice",
    "CostCategory",
    "Group",
    "HourlyRate",
    "LedgerLine",
    "Membership",
    "MissedDue",
    "MonthTurn",
    "OutboxMessage",
    "Plan",
    "RecurringLine",
    "Team",
    "User",
    "WorkedHours",
]
