from lifecycle.models.activity import ActingMembers, DailyActivity, MemberNumber
from lifecycle.models.adverts import AdvertList
from lifecycle.models.calendar import CalendarTurn
from lifecycle.models.cases import Case, CaseEvent, CaseTask
from lifecycle.models.endings import Fate, GroupEnd
from lifecycle.models.exemptions import Exemption
from lifecycle.models.health import (
    Flag,
    FleetDay,
    HealthReading,
    HealthState,
    KeptPack,
    Standing,
    StateChange,
    WeekMark,
    WeekPack,
)
from lifecycle.models.imports import (
    CoverageSpan,
    GroupAlias,
    Import,
    ImportFile,
    ImportUndo,
    PreferredSource,
    Source,
    SourceDay,
)
from lifecycle.models.member_events import MemberEvent
from lifecycle.models.moving_people import AskedMember, Migration
from lifecycle.models.outages import DoubtedDay, SourceOutage
from lifecycle.models.playbooks import PlaybookVersion, TeamPlaybook
from lifecycle.models.policies import Lesson, PolicyDraft, PolicyTurn, PolicyVersion
from lifecycle.models.rests import Rest
from lifecycle.models.runs import (
    DeletedOfDay,
    DirtyGroup,
    JudgedAnew,
    NightFault,
    NightItem,
    NightRun,
    StaleFleetDay,
    Tick,
)
from lifecycle.models.treatments import Treatment
from lifecycle.models.wecom import (
    WecomCallback,
    WecomConnection,
    WecomGroup,
    WecomOwner,
    WecomOwnerDay,
    WecomRun,
    WecomStay,
    WecomStep,
)

__all__ = [
    "ActingMembers",
    "AdvertList",
    "AskedMember",
    "CalendarTurn",
    "Case",
    "CaseEvent",
    "CaseTask",
    "CoverageSpan",
    "DailyActivity",
    "DeletedOfDay",
    "DirtyGroup",
    "DoubtedDay",
    "Fate",
    "Flag",
    "FleetDay",
    "GroupAlias",
    "GroupEnd",
    "HealthReading",
    "HealthState",
    "Import",
    "ImportFile",
    "ImportUndo",
    "JudgedAnew",
    "KeptPack",
    "MemberEvent",
    "MemberNumber",
    "Lesson",
    "Migration",
    "NightFault",
    "NightItem",
    "NightRun",
    "PolicyDraft",
    "PolicyTurn",
    "PolicyVersion",
    "PlaybookVersion",
    "PreferredSource",
    "Source",
    "SourceDay",
    "Exemption",
    "Rest",
    "SourceOutage",
    "StaleFleetDay",
    "Standing",
    "StateChange",
    "TeamPlaybook",
    "Tick",
    "Treatment",
    "WecomCallback",
    "WecomConnection",
    "WecomGroup",
    "WecomOwner",
    "WecomOwnerDay",
    "WecomRun",
    "WecomStay",
    "WecomStep",
    "WeekMark",
    "WeekPack",
]
