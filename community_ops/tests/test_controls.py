"""Our templates of controls and fields say what Django's and crispy's say, but for white space."""

from __future__ import annotations

import re
from pathlib import Path

import crispy_bootstrap5
import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field, as_crispy_form
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import engines

from community_ops.templatetags.figures import table_rows

THEIRS = Path(crispy_bootstrap5.__file__).parent / "templates" / "bootstrap5"
HOSTILE = "<b>\"&'"


class Everything(forms.Form):
    """A field of each kind that our forms have."""

    name = forms.CharField(label=HOSTILE, help_text="As the <em>members</em> read it")
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3, "data-x": HOSTILE}))
    unnamed = forms.CharField(label="", disabled=True)
    kind = forms.ChoiceField(choices=[("", "--"), ("a", HOSTILE), ("Group", [("b", "B"), ("c", "C")])])
    several = forms.MultipleChoiceField(choices=[("1", "one"), ("2", "two")])
    ticked = forms.BooleanField(help_text="Once")
    open = forms.BooleanField(required=False)
    way = forms.ChoiceField(choices=[("x", "X"), ("y", "Y")], widget=forms.RadioSelect, help_text="Either")
    ways = forms.MultipleChoiceField(choices=[("x", "X"), ("y", "Y")], widget=forms.CheckboxSelectMultiple)
    file = forms.FileField(help_text="At most 1 MB")
    token = forms.UUIDField(widget=forms.HiddenInput)


FILLED = {"name": HOSTILE, "kind": "a", "several": ["2"], "ticked": "on", "way": "y", "ways": ["x"]}
FORMS = [
    pytest.param(lambda: Everything(), id="empty"),
    pytest.param(lambda: Everything({}), id="refused"),
    pytest.param(lambda: Everything(FILLED), id="filled"),
    pytest.param(lambda: Everything(initial=FILLED, auto_id="id_7_%s"), id="initial"),
]


def plain(html: str) -> str:
    """Without white space at tags and inside them."""
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", html))


@pytest.mark.parametrize("make", FORMS)
@pytest.mark.parametrize("name", Everything.base_fields)
def test_a_field_is_crispys_field(make, name):
    theirs = engines["django"].from_string((THEIRS / "field.html").read_text())
    said = theirs.render({"field": make()[name], "form_show_errors": True, "form_show_labels": True})
    assert plain(as_crispy_field(make()[name])) == plain(said)


@pytest.mark.parametrize("make", FORMS)
def test_a_form_is_its_fields_after_what_is_wrong_with_all_of_it(make):
    form = make()
    fields = "".join(as_crispy_field(field) for field in make())
    assert plain(as_crispy_form(form)) == plain(fields)
    if form.is_bound:
        form.add_error(None, HOSTILE)
        assert "&lt;b&gt;&quot;&amp;&#x27;" in plain(as_crispy_form(form)).partition("div_id_name")[0]


@pytest.mark.parametrize("make", FORMS)
def test_a_control_is_djangos_control(make):
    ours, theirs = make(), make()
    theirs.renderer = DjangoTemplates()
    for field in ours:
        assert plain(str(field)) == plain(str(theirs[field.name])), field.name


def test_attributes_that_are_true_stand_alone_and_false_ones_nowhere():
    widget = forms.TextInput(attrs={"hidden": True, "readonly": False, "data-n": 3, "title": HOSTILE})
    assert widget.render("n", None) == (
        '<input type="text" name="n" hidden data-n="3" title="&lt;b&gt;&quot;&amp;&#x27;">'
    )


def test_the_first_cell_names_a_row_of_figures():
    assert table_rows([(HOSTILE, 1, "<i>"), ("b", 2)]) == (
        '<tr><th scope="row">&lt;b&gt;&quot;&amp;&#x27;</th><td class="num">1</td><td class="num">&lt;i&gt;</td></tr>\n'
        '<tr><th scope="row">b</th><td class="num">2</td></tr>'
    )
