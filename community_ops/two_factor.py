"""The page on which people switch the second step at sign-in on and off, and the step itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from community_ops.qr import qr
from community_ops.session_limits import PASSED
from groups import second_step, sessions
from groups.access import leads_any
from groups.models import User

PENDING = "password_given"  # in the session of a stranger: who gave the right password, and when
PENDING_LASTS = timedelta(minutes=5)
BACKEND = "community_ops.colleagues.ColleagueBackend"


class CodeForm(forms.Form):
    """Six digits of the app; at sign-in also a backup code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        error_messages={"required": gettext_lazy("Enter the code")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "class": "code-input"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    def refuse(self, answer: second_step.Answer) -> int:
        """Says why the code was not taken; returns the status of the answer."""
        if answer.wait_seconds:
            told = ngettext(
                "Too many wrong codes. Wait %(count)s second, then try again",
                "Too many wrong codes. Wait %(count)s seconds, then try again",
                answer.wait_seconds,
            )
            self.add_error("code", told % {"count": answer.wait_seconds})
            return 429
        self.add_error("code", _("The code is not right. Wait for the next one and enter it"))
        return 422


class PasswordForm(forms.Form):
    """The present password, asked before the second step is weakened."""

    password = forms.CharField(
        label=gettext_lazy("Present password"),
        strip=False,
        max_length=256,
        error_messages={"required": gettext_lazy("Enter your present password")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    def clean_password(self) -> str:
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(gettext_lazy("The present password is not right"), "wrong")
        return self.cleaned_data["password"]


def is_required(user: User) -> bool:
    return settings.REQUIRE_TWO_FACTOR and leads_any(user)


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def two_factor(request: HttpRequest) -> HttpResponse:
    """POST `action`: `begin` shows a new secret, `confirm` switches on, `codes` and `off` want the password."""
    action = request.POST.get("action", "")
    if action == "begin" and not second_step.is_on(request.user):
        second_step.begin(user=request.user)
        return redirect("two-factor")
    if action == "confirm":
        return _confirm(request)
    if action in ("codes", "off"):
        return _weaken(request, action)
    return _shown(request)


def _confirm(request: HttpRequest) -> HttpResponse:
    form, now = CodeForm(request.POST), timezone.now()
    if not form.is_valid():
        return _shown(request, code_form=form, status=422)
    answer, codes = second_step.confirm(user=request.user, code=form.cleaned_data["code"], now=now)
    if not answer.right and second_step.is_on(request.user) and not second_step.being_set_up(request.user):
        return redirect("two-factor")  # the same form was sent twice
    if not answer.right:
        return _shown(request, code_form=form, status=form.refuse(answer))
    request.session[PASSED] = True
    sessions.end(sessions.of_person(request.user.pk).exclude(session_key=request.session.session_key))
    return _shown(request, codes=codes)


def _weaken(request: HttpRequest, action: str) -> HttpResponse:
    form, now = PasswordForm(request.POST, user=request.user), timezone.now()
    if not second_step.is_on(request.user):
        return redirect("two-factor")
    if action == "off" and is_required(request.user):
        form.add_error(None, _("Your role needs the second step, so it stays on"))
    if not form.is_valid():
        return _shown(request, password_form=form, status=422)
    if action == "codes":
        return _shown(request, codes=second_step.new_codes(user=request.user, by=request.user, now=now))
    second_step.switch_off(user=request.user, by=request.user, now=now)
    request.session.pop(PASSED, None)
    messages.success(request, _("The second step is off"))
    return redirect("two-factor")


def _shown(
    request: HttpRequest,
    *,
    code_form: CodeForm | None = None,
    password_form: PasswordForm | None = None,
    codes: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    on = second_step.is_on(user)
    device = None if on else second_step.being_set_up(user)
    context = {
        "on": on,
        "required": is_required(user),
        "codes": codes,
        "codes_left": second_step.codes_left(user) if on else 0,
        "secret": second_step.secret_of(device) if device else "",
        "qr": qr(device.config_url, _("QR code for your authenticator app")) if device else "",
        "code_form": code_form or CodeForm(),
        "password_form": password_form or PasswordForm(user=user),
        "form": code_form or password_form or CodeForm(),
    }
    return render(request, "me/two_factor.html", context, status=status)


def ask_second_step(request: HttpRequest, user: User, next_page: str) -> HttpResponse:
    """Keep in mind who gave the right password, and ask for the code. The person is not signed in yet."""
    request.session[PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "next": next_page,
    }
    return redirect("second-step")


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step_page(request: HttpRequest) -> HttpResponse:
    """The code after the password, within five minutes of it."""
    user = _pending_user(request)
    if user is None:
        return redirect("login")
    form, status = CodeForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            answer = second_step.check(user=user, code=form.cleaned_data["code"])
            if answer.right:
                return _signed_in(request, user)
            status = form.refuse(answer)
    return render(request, "registration/second_step.html", {"form": form}, status=status)


def _pending_user(request: HttpRequest) -> User | None:
    pending = request.session.get(PENDING)
    if not pending or timezone.now().timestamp() - pending["at"] > PENDING_LASTS.total_seconds():
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == pending["hash"] else None


def _signed_in(request: HttpRequest, user: User) -> HttpResponse:
    next_page = request.session.pop(PENDING)["next"]
    login(request, user, backend=BACKEND)
    request.session[PASSED] = True
    return redirect(next_page)
