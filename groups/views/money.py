"""The ledger of a group: enter a line, take one back, give money back; and the quick entry for any group."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from groups import economics, ledger, receipts
from groups.currency import money_text
from groups.models import Group, LedgerLine, User
from groups.money_forms import REVENUE, EchoedMoneyField, LineForm, QuickLineForm, RefundForm
from groups.months import MonthClosed
from groups.paper_forms import ask_for_receipt_again
from groups.rules.profit_and_loss import total_of
from groups.rules.refunds import left_to_refund
from groups.views.closed_months import posted, say_closed

LINES_SHOWN = 100
MONTHS_SHOWN = 6
OWN_LINES_SHOWN = 5


@require_http_methods(["GET", "POST"])
def group_ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """What a group cost and earned: enter a line, take one back, and the result by month."""
    group = Group.objects.select_related("owner").one_visible_to(request.user, pk)
    if "reverse" in request.POST:
        return _reverse(request, group)
    form = LineForm(*_sent(request), initial=_as_last_time(request.user), too_large=_too_large(request))
    if request.method == "POST" and form.is_valid() and _entered(request, form, group):
        return redirect("group-ledger", pk=group.pk)
    ask_for_receipt_again(form)
    months = economics.profit_and_loss([group.pk], timezone.localdate(), MONTHS_SHOWN)[group.pk]
    lines = list(_lines_of(group))
    context = {
        "group": group,
        "form": form,
        "echo": _echo_of(form),
        "months": months,
        "total": total_of(months[0].month, months),
        "lines": lines[:LINES_SHOWN],
        "given_back": ledger.given_back(line.pk for line in lines),
        "more": len(lines) > LINES_SHOWN,
    }
    return render(request, "groups/ledger.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def quick_entry(request: HttpRequest) -> HttpResponse:
    """A line in a few taps: the group and what for are as the person chose them last; `?group=` names another."""
    last = _last_line_of(request.user)
    chosen = _group_asked_for(request) or (last.group if last else None)
    initial = _as_last_time(request.user, last) | {"group": chosen and chosen.pk}
    form = QuickLineForm(
        *_sent(request), user=request.user, chosen=chosen, initial=initial, too_large=_too_large(request)
    )
    if request.method == "POST" and form.is_valid() and _entered(request, form, form.cleaned_data["group"]):
        return redirect(f"{reverse('ledger-entry')}?group={form.cleaned_data['group'].pk}")
    ask_for_receipt_again(form)
    own = LedgerLine.objects.visible_to(request.user).filter(entered_by=request.user)
    context = {
        "form": form,
        "echo": _echo_of(form),
        "lines": own.select_related("group", "category").order_by("-pk")[:OWN_LINES_SHOWN],
    }
    return render(request, "groups/quick_entry.html", context, status=422 if form.errors else 200)


@require_GET
def amount_echo(request: HttpRequest) -> HttpResponse:
    """How the one amount that is being typed is read, as a fragment; empty where there is nothing to say."""
    typed = next(iter(request.GET.values()), "")[:40]
    return HttpResponse(escape(EchoedMoneyField(subject=_("Amount")).echo(typed)))


@require_http_methods(["GET", "POST"])
def line_refund(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Give back some or all of a revenue line."""
    group = Group.objects.one_visible_to(request.user, pk)
    sale = get_object_or_404(LedgerLine, group=group, pk=line, kind=LedgerLine.Kind.REVENUE)
    if sale.reverses_id or sale.refunds_id:
        raise Http404
    left = left_to_refund(sale.amount, ledger.given_back([sale.pk]).get(sale.pk, ledger.ZERO))
    form = RefundForm(posted(request), line=sale, left=left)
    if request.method == "POST" and form.is_valid() and _refunded(request, form, sale):
        return redirect("group-ledger", pk=group.pk)
    context = {"group": group, "line": sale, "left": left, "form": form, "echo": _echo_of(form)}
    return render(request, "groups/refund.html", context, status=422 if form.errors else 200)


def _sent(request: HttpRequest) -> tuple[QueryDict | None, MultiValueDict | None]:
    return posted(request), request.FILES or None


def _too_large(request: HttpRequest) -> bool:
    return getattr(request, "upload_was_too_large", False)


def _entered(request: HttpRequest, form: LineForm, group: Group) -> bool:
    try:
        line = receipts.enter_line(group=group, by=request.user, now=timezone.now(), **form.line())
    except MonthClosed as closed:
        say_closed(form, closed)
        return False
    what = line.category or line.get_kind_display()
    told = {"what": what, "amount": money_text(line.amount, fen=True)}
    messages.success(request, _("Entered: %(what)s %(amount)s") % told)
    return True


def _refunded(request: HttpRequest, form: RefundForm, sale: LedgerLine) -> bool:
    typed = form.cleaned_data
    try:
        refund = ledger.refund_line(
            line=sale,
            amount=typed["amount"],
            on=typed["on"],
            goods_returned=typed.get("goods_returned", False),
            note=typed["note"],
            token=typed["token"],
            by=request.user,
            now=timezone.now(),
        )
    except MonthClosed as closed:
        say_closed(form, closed)
        return False
    except ledger.MoreThanEarned as refused:
        sentence = _("Only %(left)s of this line is left to give back") % {"left": money_text(refused.left, fen=True)}
        form.add_error("amount", ValidationError(sentence, "more_than_earned"))
        return False
    except ledger.NothingToRefund:
        form.add_error("amount", ValidationError(_("This line was taken back, so there is nothing to refund"), "gone"))
        return False
    messages.success(request, _("Refunded: %(amount)s") % {"amount": money_text(-refund.amount, fen=True)})
    return True


def _group_asked_for(request: HttpRequest) -> Group | None:
    number = request.GET.get("group", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return Group.objects.one_visible_to(request.user, int(number))


def _last_line_of(user: User) -> LedgerLine | None:
    """The line that the person entered last, by hand, in a group that still runs."""
    own = LedgerLine.objects.visible_to(user).filter(entered_by=user, reverses=None, refunds=None, worked=None)
    running = own.filter(allocation=None, group__closed_on=None, group__archived_at=None)
    return running.select_related("group").order_by("-pk").first()


def _as_last_time(user: User, last: LedgerLine | None = None) -> dict:
    last = last or _last_line_of(user)
    if last is None:
        return {}
    return {"what": last.category_id or REVENUE}


def _echo_of(form: Form) -> str:
    """How the amount was read, for a page that comes back with what was typed."""
    return form.fields["amount"].echo(form["amount"].value() or "") if form.is_bound else ""


def _lines_of(group: Group) -> QuerySet:
    lines = LedgerLine.objects.filter(group=group).select_related(
        "category", "entered_by", "reversed_by", "recurring", "refunds", "reverses"
    )
    lines = lines.annotate(receipts_kept=receipts.count_of_a_line())
    return lines.order_by("-on", "-pk")[: LINES_SHOWN + 1]


def _reverse(request: HttpRequest, group: Group) -> HttpResponse:
    number = request.POST["reverse"]
    line = get_object_or_404(LedgerLine, group=group, pk=number if number.isascii() and number.isdigit() else 0)
    try:
        reversal = ledger.reverse_line(
            line=line,
            reason=request.POST.get("reason", "").replace("\0", "")[:200],
            by=request.user,
            now=timezone.now(),
        )
    except ledger.ReversalStands:
        messages.error(request, _("A reversal cannot be taken back; enter the line again"))
    except ledger.LineRefunded:
        messages.error(request, _("The line was refunded; take its refunds back first"))
    except ledger.PartOfAllocation:
        messages.error(request, _("It is a part of a shared cost; take that back as a whole, under Allocation"))
    except MonthClosed as closed:
        sentence = _("%(month)s is closed too; ask a manager of the team to reopen it")
        messages.error(request, sentence % {"month": f"{closed.month:%Y-%m}"})
    else:
        told = {"amount": money_text(line.amount, fen=True), "day": reversal.on.isoformat()}
        if reversal.on == line.on:
            messages.success(request, _("Taken back: %(amount)s") % told)
        else:
            messages.success(request, _("Taken back: %(amount)s, on %(day)s because its month is closed") % told)
    return redirect("group-ledger", pk=group.pk)
