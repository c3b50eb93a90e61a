from groups.models.audit import AuditEntry
from groups.models.group import Group, Plan
from groups.models.money import CostCategory, LedgerLine
from groups.models.money_month import ExistingBuyers, MoneyMonth, TeamMoneyMonth
from groups.models.orders import AttributionRule, OrderDay, OrderImport, ShopOrder
from groups.models.outbox import OutboxMessage
from groups.models.people import Membership, Team, User

__all__ = [
    "AttributionRule",
    "AuditEntry",
    "CostCategory",
    "ExistingBuyers",
    "Group",
    "LedgerLine",
    "Membership",
    "MoneyMonth",
    "OrderDay",
    "OrderImport",
    "OutboxMessage",
    "Plan",
    "ShopOrder",
    "Team",
    "TeamMoneyMonth",
    "User",
]
