"""What pages need to know of the teams of the person who looks."""

from __future__ import annotations

from django import template

from groups.access import team_roles
from groups.models import User

register = template.Library()


@register.filter
def has_team(user: User) -> bool:
    """Whether the person works in any team; an administrator does as soon as there is one."""
    return bool(team_roles(user))
