"""The colours keep their contrast in both themes, computed from the stylesheet itself."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from lifecycle.display_states import DisplayState

CSS = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
THEMES = {
    "light": re.search(r'\[data-bs-theme="light"\] \{(.*?)\}', CSS, re.DOTALL)[1],
    "dark": re.search(r'\[data-bs-theme="dark"\] \{(.*?)\}', CSS, re.DOTALL)[1],
}
COLOURS = {theme: dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", block)) for theme, block in THEMES.items()}
STATES = [state.value.replace("_", "-") for state in DisplayState]

TEXT = [("ink", ground, 7) for ground in ("page", "surface", "primary-tint", *(f"{state}-tint" for state in STATES))]
TEXT += [("muted", ground, 4.5) for ground in ("page", "surface")]
TEXT += [("primary", ground, 4.5) for ground in ("page", "surface", "primary-tint")]
TEXT += [("on-primary", ground, 4.5) for ground in ("primary", "primary-strong")]
TEXT += [("error", "surface", 4.5), ("control-border", "surface", 3)]
MARKS = [(state, ground, 3) for state in STATES for ground in ("surface", "page", f"{state}-tint")]
CHANGES = [(colour, "surface", 4.5) for colour in ("rise-red", "rise-green")]


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("colour", "ground", "least"), TEXT + MARKS + CHANGES)
def test_contrast(theme, colour, ground, least):
    found = contrast(COLOURS[theme][colour], COLOURS[theme][ground])
    assert found >= least, f"{theme}: {colour} on {ground} is {found:.2f}, at least {least}"


def test_both_themes_name_the_same_colours():
    assert set(COLOURS["light"]) == set(COLOURS["dark"])


def test_the_known_contrast_of_black_on_white():
    assert contrast("#000000", "#fff") == pytest.approx(21)
