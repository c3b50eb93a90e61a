"""Answers that name somebody or something that went away: told at the check, with the page to mend them on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessments.choices import Choices


@dataclass(frozen=True)
class Outdated:
    """A question whose answer went out of date while the plan was a draft. `stops`: no verdict before it is mended."""

    question: str
    sentence: str
    stops: bool = False


def outdated_of(answers: Mapping[str, Any], choices: Choices) -> list[Outdated]:
    """Everything of the counted answers that the team does not have any more; the answers themselves stay."""
    return list(_outdated(answers, choices))


def _outdated(answers: Mapping[str, Any], choices: Choices) -> Iterator[Outdated]:
    people, groups, categories = (dict(each) for each in (choices.people, choices.groups, choices.categories))
    if answers.get("owner") not in people:
        yield Outdated("owner", _("The owner who was chosen has left; select another one"), stops=True)
    if not set(answers.get("collaborators") or ()) <= people.keys():
        yield Outdated("collaborators", _("Some who take part have left; their hours do not count"))
    if any(line["category"] not in categories for line in answers.get("running", ())):
        yield Outdated("running", _("A cost category was archived; its amount counts until you choose another one"))
    if {answers[key] for key in ("upstream", "downstream") if key in answers} - groups.keys():
        yield Outdated("upstream", _("A group before or after this one has ended; choose another one, or none"))
    if "dissolution_approver" in answers and answers["dissolution_approver"] not in people:
        yield Outdated(
            "dissolution_approver", _("The person who approves dissolving has left; select another one"), stops=True
        )
