"""What a browser with an empty cache loads: at most 120 KB for a page of questions, 350 KB for a dashboard (AC-39).

Files are packed as WhiteNoise packs them, pages by the server itself. A second page loads its HTML alone.
"""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from assessments.steps import STEPS
from assessments.tests.filling import EXAMPLE, prefill
from assessments.tests.making import make_assessment, signed_in
from community_ops.tests.fleet_making import AS_OF, make_fleet
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db
MOST = 120_000
MOST_OF_A_DASHBOARD = 350_000
HEADERS = 500  # of an answer, bytes
STATIC = re.compile(r"/static/([^\"'#? ]+)")
WITHIN = re.compile(r"(?:from|import)\s*\(?\s*\"(\./[^\"]+)\"|url\(\"?([^\")]+)\"?\)")
OUTSIDE = re.compile(r"(?:src|href)=\"(?:https?:)?//")
IN_A_TEAM = 200  # groups to choose from on the page of the funnel


def files_of(html):
    """Every file that the page asks for, and that those ask for."""
    found, waiting = set(), {re.sub(r"\.[0-9a-f]{12}\.", ".", name) for name in STATIC.findall(html)}
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name.endswith((".css", ".js")) and "vendor" not in name:
            text = Path(finders.find(name)).read_text()
            inner = {each or other for each, other in WITHIN.findall(text)}
            waiting |= {str(Path(name).parent / each) for each in inner if not each.startswith("data:")} - found
    return found


def packed(name):
    content = Path(finders.find(name)).read_bytes()
    return len(gzip.compress(content, 9)) + HEADERS


def test_no_page_of_questions_weighs_more_than_120_kb():
    team = make_team()
    op = make_user(team, language="zh-hans")
    for number in range(IN_A_TEAM):
        make_group(team=team, owner=op, name=f"零食会员复购群 {number}")
    prefill(draft := make_assessment(team, op), EXAMPLE, op)
    client = signed_in(op, headers={"accept-encoding": "gzip"})
    weights = {}
    for section, page in STEPS:
        answer = client.get(reverse("assessment-page", args=[draft.pk, section, page]))
        assert answer["Content-Encoding"] == "gzip"
        html = gzip.decompress(answer.content).decode()
        files = files_of(html)
        assert not OUTSIDE.search(html)
        assert not any("echarts" in name for name in files)
        assert {"js/questions.js", "js/shortcuts.js", "css/assess.css"} <= files
        weights[f"{section}/{page}"] = len(answer.content) + HEADERS + sum(map(packed, files))
    assert len(weights) == 17
    heavy = {name: weight for name, weight in weights.items() if weight > MOST}
    assert not heavy, heavy


@pytest.mark.parametrize("name", ["home", "group-list", "health-dashboard", "pnl-dashboard", "case-board"])
def test_no_dashboard_weighs_more_than_350_kb_and_nothing_comes_from_elsewhere(name):
    manager = make_user(team := make_team(), "manager", language="zh-hans")
    make_fleet(team, manager, as_of=AS_OF)
    answer = signed_in(manager, headers={"accept-encoding": "gzip"}).get(reverse(name))
    html = gzip.decompress(answer.content).decode()
    assert not OUTSIDE.search(html)
    assert len(answer.content) + HEADERS + sum(map(packed, files_of(html))) <= MOST_OF_A_DASHBOARD
