"""The tour shows pictures that are there and small, and pictures are taken of a demo alone."""

import re

import pytest
from django.core.management import CommandError, call_command

from community_ops.bootstrap import ROOT
from community_ops.screens.tour import LARGEST_BYTES, ROUTES, TOUR
from groups.tests.making import make_team


def test_the_tour_shows_small_pictures_that_are_there():
    shown = re.findall(r"\]\(tour/([\w-]+\.webp)\)", (ROOT / "docs" / "tour.md").read_text(encoding="utf-8"))
    assert shown == [f"{name}.webp" for name in ROUTES] == sorted(path.name for path in TOUR.iterdir())
    assert all(0 < path.stat().st_size <= LARGEST_BYTES for path in TOUR.iterdir())


@pytest.mark.django_db
def test_no_picture_is_taken_where_a_team_is_real(tmp_path):
    with pytest.raises(CommandError):
        call_command("screenshots", str(tmp_path))
    make_team(is_demo=True)
    make_team()
    with pytest.raises(CommandError):
        call_command("screenshots", str(tmp_path))
    assert list(tmp_path.iterdir()) == []
