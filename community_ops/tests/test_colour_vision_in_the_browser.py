"""States and bars are told apart by people who see colours otherwise, or none (AC-19)."""

from __future__ import annotations

from base64 import b64encode
from itertools import chain, combinations

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from groups.tests.making import make_team, make_user
from lifecycle.display_states import JUDGED, DisplayState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEFICIENCIES = ("deuteranopia", "protanopia", "achromatopsia")
SURFACES = {"light": 255, "dark": 33}  # as grey
ICON, LEAST_UNLIKE = 32, 40  # points across, and of them all
# A picture as it was taken, which of its points are darker or lighter than its ground,
# which is that of its corner unless it is given.
MASK = """async ([png, wide, tall, ground]) => {
  const picture = new Image();
  picture.src = `data:image/png;base64,${png}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [wide || picture.width, tall || picture.height];
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const points = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  const grey = (at) => 0.299 * points[at] + 0.587 * points[at + 1] + 0.114 * points[at + 2];
  const marks = [];
  for (let at = 0; at < points.length; at += 4) marks.push(Math.abs(grey(at) - (ground ?? grey(0))) > 30 ? 1 : 0);
  return { wide: canvas.width, marks };
}"""


def mask_of(blank: Page, seen: Locator, size: int = 0, ground: int | None = None) -> list[list[int]]:
    """Where an element is darker or lighter than its ground, line by line, as somebody sees it who sees that way."""
    found = blank.evaluate(MASK, [b64encode(seen.screenshot()).decode(), size, size, ground])
    return [found["marks"][at : at + found["wide"]] for at in range(0, len(found["marks"]), found["wide"])]


def runs_of(marks: list[int]) -> int:
    """How many stretches of marks a line has, gaps between them."""
    return sum(mark and not before for before, mark in zip([0, *marks], marks, strict=False))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_states_have_shapes_words_and_gaps_for_whoever_sees_no_colours(visit, theme):
    admin = make_user(make_team(), is_administrator=True)
    page = visit(reverse("styleguide"), user=admin, screen=(1280, 3000), theme=theme)
    blank = page.context.browser.new_page()
    session = page.context.new_cdp_session(page)
    for deficiency in DEFICIENCIES:
        session.send("Emulation.setEmulatedVisionDeficiency", {"type": deficiency})
        shapes = {}
        for state in DisplayState:
            tag = page.locator(f".table .status-{state.value}")
            expect(tag).to_have_text(str(state.label), use_inner_text=True)
            shapes[state] = mask_of(blank, tag.locator("svg[aria-hidden=true]"), ICON)
        for one, other in combinations(DisplayState, 2):
            unlike = sum(a != b for a, b in zip(chain(*shapes[one]), chain(*shapes[other]), strict=True))
            assert unlike > LEAST_UNLIKE, f"{deficiency}: {one} looks like {other} ({unlike} points)"
        lines = mask_of(blank, page.locator("figure.chart svg.bar").first, ground=SURFACES[theme])
        assert runs_of(lines[len(lines) // 2]) == len(JUDGED), deficiency
    blank.close()
