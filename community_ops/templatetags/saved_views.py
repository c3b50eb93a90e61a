"""The row of saved views above a list, in one query."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from groups.models import SavedView
from groups.saved_views import PASSING, address_of

register = template.Library()
CURRENT = mark_safe(' aria-current="page"')


@register.simple_tag(takes_context=True)
def saved_views(context: dict[str, Any], page: str) -> SafeString:
    """The views of the list that the person sees, and the way to keep what is shown now."""
    request = context["request"]
    here = request.GET.get("view", "")
    views = SavedView.objects.visible_to(request.user).filter(page=page).order_by("name", "pk")
    asked = request.GET.copy()
    for name in PASSING:
        asked.pop(name, None)
    keep = f"{reverse('saved-views')}?{urlencode({'for': page, 'q': asked.urlencode()})}"
    items = format_html_join(
        "\n",
        '<li><a href="?{}"{}>{}</a></li>',
        ((address_of(each), CURRENT if here == str(each.pk) else "", each.name) for each in views),
    )
    return format_html(
        '<nav class="views" aria-label="{}"><ul>{}<li><a class="keep-view" href="{}">{}</a></li></ul></nav>',
        _("Saved views"), items, keep, _("Save this view"),
    )  # fmt: skip
