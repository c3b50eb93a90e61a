"""The thresholds of the verdict rules in words, in the order in which they are edited."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

THRESHOLD_LABELS = {
    "groups_per_owner": _("Groups that one owner can run"),
    "partner_campaigns_per_month": _("Partner campaigns a month"),
    "posts_per_day": _("Official posts a day"),
    "most_conditions": _("Conditions before it becomes “not now”"),
    "staffing_full": _("Share of the hours needed for a pass (%)"),
    "staffing_stop": _("Share of the hours below which it stops (%)"),
    "hours_mass": _("Hours a week of a mass group"),
    "hours_course": _("Hours a week of a course group"),
    "hours_vip": _("Hours a week of a VIP group"),
    "hours_unlayered": _("Hours a week of a group outside the funnel"),
    "conversation_factor": _("Times as many hours if conversation-active"),
    "idle_flash_factor": _("Share of hours in idle weeks of a flash group (%)"),
    "flash_days": _("Days that a flash group lasts at most"),
    "bounded_days": _("Days that a bounded group lasts at most"),
    "lasting_days": _("Days that a lasting group is planned over"),
    "pessimistic_percent": _("Pessimistic case, of the expected (%)"),
    "optimistic_percent": _("Optimistic case, of the expected (%)"),
}
