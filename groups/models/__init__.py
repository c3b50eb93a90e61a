from groups.models.audit import AuditEntry
from groups.models.group import Group, Plan
from groups.models.money import CostCategory, LedgerLine
from groups.models.money_month import ExistingBuyers, MoneyMonth, TeamMoneyMonth
from groups.models.outbox import OutboxMessage
from groups.models.people import Membership, Team, User

__all__ = [
    "AuditEntry",
    "CostCategory",
    "ExistingBuyers",
    "Group",
    "LedgerLine",
    "Membership",
    "MoneyMonth",
    "OutboxMessage",
    "Plan",
    "Team",
    "TeamMoneyMonth",
    "User",
]
