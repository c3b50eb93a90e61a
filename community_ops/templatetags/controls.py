"""Fields of forms and what their controls carry, for templates/django/forms and templates/bootstrap5."""

from __future__ import annotations

from django import template

from community_ops.drawn_controls import attributes, field_of_form

register = template.Library()
register.simple_tag(attributes)
register.simple_tag(field_of_form)
