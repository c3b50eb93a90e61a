"""The one door to every page of the wizard, and its live estimate."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.capacity import Capacity, capacity_of, capacity_sentence
from assessments.choices import Choices, choices_for
from assessments.drafts import (
    AlreadyDecided,
    PageChangedMeanwhile,
    given_answers,
    named_like_another,
    pages_of,
    save_page,
)
from assessments.estimates import estimate_of
from assessments.experience import INPUTS, OwnExperience, experience_for, warnings_of
from assessments.forms import PageForm
from assessments.models import AnswerPage, Assessment
from assessments.presented import echoes_of, fold_of, questions_of
from assessments.progress import Place, progress_of
from assessments.rule_sets import current_rules
from assessments.rules.path import holds, walk
from assessments.running_lines import EMPTY_LINES
from assessments.sentences import finding_sentence
from assessments.steps import QUESTIONS, SECTIONS, STEPS
from assessments.storing import plain


@require_http_methods(["GET", "POST"])
def assessment_page(request: HttpRequest, pk: int, section: str, page: str) -> HttpResponse:
    """A page of questions. Everything typed is kept, by a script (`keep`) before it is sent.

    Continue leads on only from a page without faults.
    """
    assessment = Assessment.objects.one_visible_to(request.user, pk)
    place = _known(section, page)
    opened = _Opened(request, assessment, place)
    if "keep" in request.POST:
        return opened.keep()
    if request.method == "POST" and not assessment.is_draft:
        messages.info(request, _("This assessment has its verdict. Open it again to change answers"))
        return redirect("verdict", pk)
    if not opened.is_asked:
        return opened.elsewhere()
    if request.method == "GET":
        return opened.answer(opened.form(typed=True))
    form = opened.form(request.POST)
    try:
        opened.save(form, keep_answers=form.is_valid())
    except AlreadyDecided:
        return redirect("verdict", pk)
    except PageChangedMeanwhile as changed:
        return opened.answer(form, status=409, theirs=changed.page)
    if "leave" in request.POST:
        return redirect("assessment-tasks", pk)
    if "more" in request.POST:
        return redirect(f"{request.path}?lines={len(request.POST.getlist('line')) + 2}#running")
    if not form.is_valid():
        return opened.answer(form, status=422)
    for sentence in opened.warnings(form.answers()):
        messages.warning(request, sentence)
    if named_like_another(assessment, form.answers().get("name"), request.user):
        messages.warning(request, _("Another draft of yours has the same name"))
    return redirect(opened.next_address())


@require_POST
def assessment_estimate(request: HttpRequest, pk: int, section: str, page: str) -> HttpResponse:
    """The estimate for what is typed at this moment; saves nothing."""
    assessment = Assessment.objects.one_visible_to(request.user, pk)
    opened = _Opened(request, assessment, _known(section, page))
    form = opened.form(request.POST)
    form.is_valid()
    answers = walk(QUESTIONS, opened.others | form.answers())
    return render(
        request,
        "assessments/estimate_now.html",
        {
            "estimate": estimate_of(answers, opened.thresholds),
            "now": timezone.now(),
            "echoes": echoes_of(form),
        },
    )


class _Opened:
    """A page as one request sees it: the saved answers around it, its form and where it leads."""

    def __init__(self, request: HttpRequest, assessment: Assessment, place: Place) -> None:
        self.request, self.assessment, self.place = request, assessment, place
        self.step = STEPS[place]
        self.pages = pages_of(assessment)
        self.others = walk(QUESTIONS, given_answers(self.pages, leaving_out=place))
        self.returns = (request.POST or request.GET).get("return") == "check"
        self.thresholds = current_rules().thresholds

    @cached_property
    def choices(self) -> Choices:
        return choices_for(self.assessment, self.request.user)

    @cached_property
    def own(self) -> OwnExperience:
        """What groups of the same kind show; asked for on pages where it stands beside a question."""
        return experience_for(self.request.user, self.others) if INPUTS.keys() & self.step.keys else OwnExperience()

    @cached_property
    def capacity(self) -> Capacity | None:
        """What the named people have left, on the page that asks for hours."""
        if "weekly_hours" not in self.step.keys:
            return None
        return capacity_of(self.others, timezone.localdate(), besides=self.assessment)

    def warnings(self, answers: Mapping[str, Any]) -> list[str]:
        """What the registry knows against these answers; they are taken all the same."""
        said = list(warnings_of(self.own, answers))
        if self.capacity and (hours := Decimal(answers.get("weekly_hours") or 0)) > self.capacity.left:
            said.append(finding_sentence("C20", {"left": self.capacity.left, "counted": hours}))
        return said

    @cached_property
    def beside(self) -> dict[str, str]:
        """What the registry knows about a question, by question."""
        known = {key: self.own.sentence(key) for key in INPUTS.keys() & self.step.keys}
        if self.capacity:
            left = capacity_sentence(plain(self.capacity), 0)[0]
            known["weekly_hours"] = " ".join(part for part in (left, known["weekly_hours"]) if part)
        return {key: said for key, said in known.items() if said}

    @property
    def is_asked(self) -> bool:
        counted = walk(QUESTIONS, given_answers(self.pages))
        return holds(self.step.page.when, counted) and bool(self.form().fields)

    def form(self, data: Any = None, typed: bool = False) -> PageForm:
        saved = self.pages.get(self.place)
        lines = self.request.GET.get("lines", "")
        kept = saved.typed if typed and saved else None
        filled = len({name for name in kept or {} if name.endswith("-amount")})
        extra = int(lines) - filled if lines.isascii() and lines.isdigit() and len(lines) < 3 else EMPTY_LINES
        return PageForm(
            self.step.page,
            self.others,
            self.choices,
            data,
            typed=kept,
            lines=max(extra, EMPTY_LINES),
            limits=self.thresholds,
        )

    def keep(self) -> HttpResponse:
        """Save what is typed so far while the person stays on the page; 409 where Continue has something to show."""
        form = self.form(self.request.POST)
        if not self.is_asked:
            return HttpResponse(status=409)
        try:
            saved = self.save(form, keep_answers=form.is_valid())
        except (AlreadyDecided, PageChangedMeanwhile):
            return HttpResponse(status=409)
        said = _("Kept at %(time)s") % {"time": f"{timezone.localtime(saved.saved_at):%H:%M:%S}"}
        return JsonResponse({"version": saved.version, "said": said})

    def save(self, form: PageForm, *, keep_answers: bool) -> AnswerPage:
        version = self.request.POST.get("version", "0")
        return save_page(
            assessment=self.assessment,
            section=self.place[0],
            page=self.place[1],
            typed=form.typed(),
            answers=form.answers() if keep_answers else None,
            version=int(version) if version.isascii() and version.isdigit() else 0,
            by=self.request.user,
            now=timezone.now(),
        )

    def elsewhere(self) -> HttpResponse:
        """From a page that is not asked (yet): to the page that decides it, else on along the path."""
        waits_for = self.step.page.waits_for
        if waits_for and holds(self.step.page.when, walk(QUESTIONS, given_answers(self.pages))):
            messages.info(self.request, _("Answer this page first; the next one depends on it"))
            return redirect("assessment-page", self.assessment.pk, self.place[0], waits_for)
        messages.info(self.request, _("This page is not asked, given your other answers"))
        return redirect("assessment-tasks", self.assessment.pk)

    def next_address(self) -> str:
        """After Continue: newly opened questions first when on the way back to the check, else the next page.

        Behind the last page of a section the next section follows, the check once all is done, else the task list.
        """
        progress = progress_of(pages_of(self.assessment))
        if self.returns:
            if progress.next_place:
                return reverse("assessment-page", args=[self.assessment.pk, *progress.next_place]) + "?return=check"
            return reverse("assessment-check", args=[self.assessment.pk])
        places = progress.of(self.place[0]).places
        later = places[places.index(self.place) + 1 :] if self.place in places else places
        if later:
            return reverse("assessment-page", args=[self.assessment.pk, *later[0]])
        if progress.is_complete:
            return reverse("assessment-check", args=[self.assessment.pk])
        if onward := progress.straight_on(self.place[0]):
            return reverse("assessment-page", args=[self.assessment.pk, *onward])
        return reverse("assessment-tasks", args=[self.assessment.pk])

    def answer(self, form: PageForm, status: int = 200, theirs: Any = None) -> HttpResponse:
        progress = progress_of(self.pages).of(self.place[0])
        number = progress.places.index(self.place) + 1
        saved = theirs or self.pages.get(self.place)
        if not self.assessment.is_draft:
            back = reverse("verdict", args=[self.assessment.pk])
        elif self.returns:
            back = reverse("assessment-check", args=[self.assessment.pk])
        elif number > 1:
            back = reverse("assessment-page", args=[self.assessment.pk, *progress.places[number - 2]])
        else:
            back = reverse("assessment-tasks", args=[self.assessment.pk])
        counted = walk(QUESTIONS, self.others | (saved.answers if saved else {}))
        questions = questions_of(form, self.beside)
        return render(
            self.request,
            "assessments/page.html",
            {
                "assessment": self.assessment,
                "section": self.step.section,
                "section_number": SECTIONS.index(self.step.section) + 1,
                "page": self.step.page,
                "page_number": number,
                "page_count": len(progress.places),
                "form": form,
                "questions": questions,
                "fold": fold_of(form, questions),
                "version": saved.version if saved else 0,
                "returns": self.returns,
                "back": back,
                "is_locked": not self.assessment.is_draft,
                "theirs": theirs,
                "their_form": questions_of(self._their_form(theirs)) if theirs else None,
                "estimate": estimate_of(counted, self.thresholds) if self.step.page.estimate else None,
                "now": timezone.now(),
            },
            status=status,
        )

    def _their_form(self, theirs: Any) -> PageForm:
        return PageForm(self.step.page, self.others, self.choices, typed=theirs.typed, limits=self.thresholds)


def _known(section: str, page: str) -> Place:
    if (section, page) not in STEPS:
        raise Http404
    return section, page
