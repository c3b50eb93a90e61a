from groups.models.audit import AuditEntry
from groups.models.group import Group, Plan
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

__all__ = [
    "AuditEntry",
    "ChangedGroup",
    "CostCategory",
    "Group",
    "GroupFile",
    "GroupFileContent",
    "GroupNote",
    "LedgerLine",
    "Membership",
    "OutboxMessage",
    "Plan",
    "RegistryChange",
    "RegistryImport",
    "Team",
    "User",
]
