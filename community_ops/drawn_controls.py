"""Draws the fields and controls of forms without a template for each: what Django's and crispy's templates say.

A page with a field for each group and day has two hundred of them; templates took most of such a page's time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.template.loader import get_template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]  # as `Widget.get_context` tells of it
BY_TEMPLATE = (
    forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect, forms.FileInput, forms.MultiWidget,
    forms.HiddenInput,
)  # fmt: skip


class DrawnControls(TemplatesSetting):
    """The plain controls drawn here, all others by their templates."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def field_of_form(field: BoundField) -> str:
    """A field with its label and help as crispy draws it; by template where it is refused or of several controls."""
    widget = field.field.widget
    if isinstance(widget, BY_TEMPLATE) or field.use_fieldset or field.errors:
        context = {"field": field, "form_show_errors": True, "form_show_labels": True}
        return get_template("bootstrap5/layout/any_field.html").render(context)
    label = ""
    if field.label:
        required = field.field.required
        label = format_html(
            '<label for="{}" class="form-label{}">{}{}</label>\n  ',
            field.id_for_label,
            " requiredField" if required else "",
            field.label,
            STAR if required else "",
        )
    return format_html(
        '<div id="div_{}" class="mb-3">\n  {}{}{}\n</div>', field.auto_id, label, _control_of(field), _help_of(field)
    )


def _control_of(field: BoundField) -> SafeString:
    """The control with the classes that crispy gives it: its kind, and how Bootstrap draws that."""
    widget = field.field.widget
    kind = type(widget).__name__.lower()
    classes = widget.attrs.get("class", "")
    if kind not in classes:
        classes = f"{classes} {kind}".lstrip()
    drawn_as = "form-select" if isinstance(widget, forms.Select) else "form-control"
    if drawn_as not in classes.split():
        classes = f"{classes} {drawn_as}"
    return field.as_widget(attrs={"class": classes})


def _help_of(field: BoundField) -> str:
    return get_template("bootstrap5/layout/help_text.html").render({"field": field}) if field.help_text else ""


def attributes(of_widget: Mapping[str, Any]) -> SafeString:
    """As Django's attrs.html writes them: True is the name alone, False is left out, the order stays."""
    shown = [(name, value) for name, value in of_widget.items() if value is not False]
    if not shown:
        return NOTHING
    words: list[Any] = []
    for name, value in shown:
        words += (name,) if value is True else (name, value)
    return format_html("".join(" {}" if value is True else ' {}="{}"' for _name, value in shown), *words)


def _input(widget: Widget) -> SafeString:
    value = widget["value"]
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        widget["type"],
        widget["name"],
        "" if value is None else format_html(' value="{}"', value),
        attributes(widget["attrs"]),
    )


def _textarea(widget: Widget) -> SafeString:
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', widget["name"], attributes(widget["attrs"]), widget["value"] or ""
    )


def _select(widget: Widget) -> SafeString:
    groups = format_html_join("", "{}", ((_options(name, options),) for name, options, _index in widget["optgroups"]))
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], attributes(widget["attrs"]), groups)


def _options(name: Any, options: list[Widget]) -> SafeString:
    drawn = format_html_join(
        "",
        '\n  <option value="{}"{}>{}</option>',
        ((each["value"], attributes(each["attrs"]), each["label"]) for each in options),
    )
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, drawn) if name else drawn


NOTHING = SafeString("")
STAR = SafeString('<span class="asteriskField">*</span>')
INPUTS = (
    "date", "datetime", "email", "number", "password", "search", "tel", "text", "time", "url", "hidden", "checkbox",
)  # fmt: skip
DRAWN: dict[str, Callable[[Widget], SafeString]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}
