from groups.models.audit import AuditEntry
from groups.models.group import Group, Plan
from groups.models.layers import LayerMove, MovedMember
from groups.models.monetization import RevenueModel
from groups.models.money import CostCategory, LedgerLine
from groups.models.outbox import OutboxMessage
from groups.models.people import Membership, Team, User
from groups.models.sponsors import Partner, Placement

__all__ = [
    "AuditEntry",
    "CostCategory",
    "Group",
    "LayerMove",
    "LedgerLine",
    "Membership",
    "MovedMember",
    "OutboxMessage",
    "Partner",
    "Placement",
    "Plan",
    "RevenueModel",
    "Team",
    "User",
]
