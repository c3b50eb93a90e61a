"""Draws what every control of a form carries, for templates/django/forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def attributes(of_widget: Mapping[str, Any]) -> SafeString:
    """As Django's attrs.html writes them: True is the name alone, False is left out, the order stays."""
    written = (
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
        for name, value in of_widget.items()
        if value is not False
    )
    return format_html_join("", "{}", ((each,) for each in written))
