from groups.models.audit import AuditEntry
from groups.models.group import Group, Plan
from groups.models.handover import GroupCoOwner, Handover
from groups.models.invitation import Invitation
from groups.models.money import CostCategory, LedgerLine
from groups.models.outbox import OutboxMessage
from groups.models.people import Membership, Team, User
from groups.models.registry import (
    ChangedGroup,
    GroupFile,
    GroupFileContent,
    GroupNote,
    RegistryChange,
    RegistryImport,
)
from groups.models.session import Attempts, PersonSession

__all__ = [
    "Attempts",
    "AuditEntry",
    "ChangedGroup",
    "CostCategory",
    "Group",
    "GroupCoOwner",
    "Handover",
    "Invitation",
    "GroupFile",
    "GroupFileContent",
    "GroupNote",
    "LedgerLine",
    "Membership",
    "OutboxMessage",
    "PersonSession",
    "Plan",
    "RegistryChange",
    "RegistryImport",
    "Team",
    "User",
]
