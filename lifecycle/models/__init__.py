from lifecycle.models.activity import ActingMembers, DailyActivity, MemberNumber
from lifecycle.models.cases import Case, CaseEvent, CaseTask
from lifecycle.models.health import Flag, FleetDay, HealthReading, HealthState, KeptDay, Standing, StateChange
from lifecycle.models.imports import (
    ColumnPreset,
    CoverageSpan,
    GroupAlias,
    Import,
    ImportFile,
    ImportUndo,
    Source,
)
from lifecycle.models.runs import DirtyGroup, NightFault, NightItem, NightRun, StaleFleetDay, Tick

__all__ = [
    "ActingMembers",
    "Case",
    "CaseEvent",
    "CaseTask",
    "ColumnPreset",
    "CoverageSpan",
    "DailyActivity",
    "DirtyGroup",
    "Flag",
    "FleetDay",
    "GroupAlias",
    "HealthReading",
    "HealthState",
    "Import",
    "ImportFile",
    "ImportUndo",
    "KeptDay",
    "MemberNumber",
    "NightFault",
    "NightItem",
    "NightRun",
    "Source",
    "StaleFleetDay",
    "Standing",
    "StateChange",
    "Tick",
]
