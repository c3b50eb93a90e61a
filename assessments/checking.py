"""The rows of the check page: what was answered or has to be, and the way to change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from assessments.answer_texts import answer_text
from assessments.choices import Choices
from assessments.progress import Progress
from assessments.rules.path import holds
from assessments.steps import STEPS


def sections_to_check(
    pk: int, progress: Progress, answers: Mapping[str, Any], choices: Choices
) -> list[dict[str, Any]]:
    """One entry per section with `rows` for components/summary_list.html."""
    found = []
    for section in progress.sections:
        rows = []
        for place in section.places:
            address = reverse("assessment-page", args=[pk, *place]) + "?return=check"
            page = STEPS[place].page
            for question in page.questions:
                if not holds(question.when, answers) or question.key == "no_running":
                    continue
                if question.key in page.folded and not answers.get(question.key) and not holds(page.unfold, answers):
                    continue  # folded on its page too: nobody has to answer it
                rows.append(
                    {
                        "label": question.label,
                        "value": answer_text(question, answers.get(question.key), choices),
                        "address": f"{address}#question-{question.key}",
                        "change": pgettext("an answer", "Change"),
                    }
                )
        found.append({"title": section.section.title, "rows": rows})
    return found
