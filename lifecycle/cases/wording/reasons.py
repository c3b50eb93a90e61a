"""Sentences for why something is recommended, refused, or still waits."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from lifecycle.cases.moving import Refused

Text = str | Promise

RECOMMENDED: Mapping[str, Text] = {
    "revive": _("Revive first"),
    "migrate": _("Migrate the active members"),
    "dissolve": _("Dissolve with a proper goodbye"),
    "farewell": _("Say farewell: the mission is complete"),
    "": _("Do nothing yet"),
}

REASONS: Mapping[str, Text] = {
    "mission_complete": _("The group has done what it was made for: that is a success, not a death"),
    "offer_next_group": _("Offer its members the next group before you close this one"),
    "no_data": _("There is not enough data to judge; look at the imports first"),
    "exempt": _("The group is exempt from judging"),
    "immune": _("The group has just come out of a case and is left in peace"),
    "unserved": _("Nobody has offered this group anything lately: serve it first, then judge"),
    "economics_missing": _("Cost and margin are not on record, so money does not speak here"),
    "cleaning_failed": _("Adverts came back after the cleaning"),
    "only_adverts_left": _("Beside adverts hardly anything is left to move"),
    "clean_first": _("Clean the adverts away first, then see who is still there"),
    "move_last_members": ngettext_lazy(
        "Move the last %(active)s valid member first", "Move the last %(active)s valid members first", "active"
    ),
    "attempts_used_up": _("%(attempts)s of %(most)s attempts to revive are used up"),
    "attempts_left": _("%(attempts)s of %(most)s attempts to revive are used"),
    "pulse_answered": _("The pulse was answered by %(answers)s members (%(needed)s were needed)"),
    "pulse_unanswered": _("The pulse was answered by %(answers)s members only (%(needed)s were needed)"),
    "pulse_not_asked": _("Nobody has asked yet: silence alone is not death; %(needed)s answers would be a pulse"),
    "track_record": _("The estimate counts %(wins)s recoveries of %(tries)s earlier attempts of this kind in the team"),
    "revival_pays": _("Reviving pays from a chance of %(needed)s on; the estimate is %(chance)s"),
    "revival_cannot_pay": _("Reviving would need a chance of %(needed)s to pay; the estimate is %(chance)s"),
    "revival_never_pays": _("Reviving costs more than it can bring, whatever its chance"),
    "revive_first": _("First try to revive it"),
    "members_moved": _("The active members have been invited to the new group"),
    "enough_active": ngettext_lazy(
        "%(active)s member was active in the last 56 known days, enough to move (%(needed)s are needed)",
        "%(active)s members were active in the last 56 known days, enough to move (%(needed)s are needed)",
        "active",
    ),
    "too_few_active": ngettext_lazy(
        "%(most)s member at most was active in the last 56 known days, too few to move (%(needed)s are needed)",
        "%(most)s members at most were active in the last 56 known days, too few to move (%(needed)s are needed)",
        "most",
    ),
    "no_movement": _("Nobody was active in the last 56 known days"),
    "movement_unsure": _(
        "At least %(active)s members were active; the data do not tell how many more (%(most)s at most)"
    ),
}

REFUSALS: Mapping[str, Text] = {
    "reason_too_short": _("Give a reason of at least 10 characters"),
    "attempts_used_up": _("This group was revived %(most)s times already: move its members or dissolve it"),
    "nothing_assumed": _("Change at least one of the figures"),
    "figures_missing": _("Enter the figures that are not on record too"),
    "mission_open": _("The mission of this group is not complete: a farewell does not fit"),
    "no_new_theme": _("Enter the new theme or the group that the members move to"),
    "target_unfit": _("Select a group that runs and is not being closed"),
    "code_day_unfit": _("Enter a day from %(first)s to %(last)s"),
    "too_many_ids": _("Choose a file of at most %(most)s lines"),
    "playbook_unfit": _("Select a playbook"),
    "no_such_version": _("Select a version that there is"),
    "last_playbook": _("Keep this one: it is the last playbook of its kind that is offered"),
    "group_moves": _(
        "This group still moves (%(active)s active members or more): move them first, then it can be dissolved"
    ),
    "nothing_tried": _("Nobody has tried to revive this group yet"),
    "snooze_without_end": _("Select until when"),
    "snooze_too_long": _("Select a day within the next %(most)s days"),
    "state_unknown": _("There is no data on this group now, so nobody could see that it gets worse; select a day"),
    "not_of_the_team": _("Select somebody who works in this team"),
    "step_has_its_own_form": _("This step is closed with the proof at the end"),
    "evidence_missing": _("Say how it was done, for example where it can be seen"),
    "count_missing": _("Enter the number that was counted"),
    "notice_first_missing": _("Post the first notice first; the last one follows 3 days later at the earliest"),
    "notice_too_soon": _("Wait until %(day)s: members have 3 days between the two notices"),
    "second_person_needed": _(
        "The owner of the group must agree; another manager only where the owner decided or has left"
    ),
    "approver_needed": _("%(person)s must agree: the plan of the group says so"),
    "not_ready_to_close": _("Not yet: something is still missing"),
}

OUTCOMES: Mapping[str, Text] = {
    "recovered": _("Recovered: healthy on two checks after day 7"),
    "failed": _("The last attempt did not bring it back"),
    "by_hand": _("Ended by hand, not measured"),
    "moved": _("Who wanted to has moved; the old group stays as it is"),
    "completed": _("Mission complete, with a proper farewell"),
    "dissolved": _("Dissolved on the platform, with a proof"),
    "signal_gone": _("The signals went away by themselves"),
    "group_closed": _("The group was closed elsewhere"),
}


def reason_text(reason: Mapping[str, Any]) -> str:
    """A stored reason (`code`, `figures`) as a sentence. A code of another version is shown as it is."""
    return _said(REASONS, reason["code"], reason["figures"])


def refusal_text(refused: Refused) -> str:
    return _said(REFUSALS, refused.code, refused.figures)


def _said(texts: Mapping[str, Text], code: str, figures: Mapping[str, Any]) -> str:
    text = texts.get(code)
    if text is None:
        return code
    return str(text % {name: _shown(name, value) for name, value in figures.items()}) if figures else str(text)


def _shown(name: str, value: Any) -> Any:
    """Chances are stored as text between 0 and 1; an unknown figure is written as --."""
    if value is None:
        return "--"
    if isinstance(value, str) and name in ("chance", "needed"):
        return f"{Decimal(value) * 100:.0f}%"
    return value
