"""Days as people type them are read alike in both languages."""

from datetime import date

import pytest
from django import forms
from django.utils import translation

DAY = date(2026, 12, 1)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("typed", ["2026-12-01", "2026/12/1", "2026.12.1", "2026年12月1日", "20261201"])
def test_a_day_is_read(language, typed):
    with translation.override(language):
        assert forms.DateField().clean(typed) == DAY


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("typed", ["2026-13-01", "1/12/2026", "tomorrow"])
def test_what_is_no_day_is_refused(language, typed):
    with translation.override(language), pytest.raises(forms.ValidationError):
        forms.DateField().clean(typed)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_field_shows_its_day_as_lists_do(language):
    with translation.override(language):
        assert forms.DateField().widget.format_value(DAY) == "2026-12-01"
