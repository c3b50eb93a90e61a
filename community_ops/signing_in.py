"""Signing in, changing the password, and switching the language."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from axes.utils import reset
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import LoginView, PasswordChangeView, PasswordResetConfirmView
from django.contrib.messages.views import SuccessMessageMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import url_has_allowed_host_and_scheme, urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from community_ops.preferences import LANGUAGES
from community_ops.two_factor import ask_second_step
from groups import audit, second_step, sessions
from groups.models import User

A_YEAR = 365 * 24 * 3600


class SignInForm(AuthenticationForm):
    """One message for every reason, so that it does not tell which users exist."""

    use_required_attribute = False
    error_messages = {
        "invalid_login": _("The user name or the password is not right"),
        "inactive": _("The user name or the password is not right"),
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["username"].error_messages["required"] = _("Enter your user name")
        self.fields["password"].label = _("Password")
        self.fields["password"].error_messages["required"] = _("Enter your password")
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **more):
        return super().get_context_data(sso_name=settings.OIDC_NAME if settings.OIDC_ISSUER else "", **more)

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """Signed in by the password alone, unless the person switched the second step on."""
        user = form.get_user()
        if second_step.is_on(user):
            return ask_second_step(self.request, user, self.get_success_url())
        return super().form_valid(form)


sign_in = SignIn.as_view()


class NewPasswordForm(PasswordChangeForm):
    use_required_attribute = False
    error_messages = {
        "password_incorrect": _("The present password is not right"),
        "password_mismatch": _("The two new passwords differ"),
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "old_password": (_("Present password"), _("Enter your present password")),
            "new_password1": (_("New password"), _("Enter a new password")),
            "new_password2": (_("New password, once more"), _("Enter the new password once more")),
        }
        for name, (label, empty) in labels.items():
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = empty


class ChangePassword(SuccessMessageMixin, PasswordChangeView):
    """Other sessions of the person end: their key depends on the password, and their rows go with it."""

    form_class = NewPasswordForm
    template_name = "registration/password.html"
    success_url = reverse_lazy("me")
    success_message = _("Your password is changed. Other devices have to sign in again")

    @transaction.atomic
    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        user = self.request.user
        before = self.request.session.session_key
        audit.record(verb="password changed", thing=user, by=user, now=timezone.now())
        response = super().form_valid(form)
        sessions.follow(self.request, before)
        sessions.end(sessions.of_person(user.pk).exclude(session_key=self.request.session.session_key))
        return response


change_password = ChangePassword.as_view()


class PasswordByLinkForm(SetPasswordForm):
    use_required_attribute = False
    error_messages = {"password_mismatch": _("The two new passwords differ")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].error_messages["required"] = _("Enter a new password")
        self.fields["new_password2"].label = _("New password, once more")
        self.fields["new_password2"].error_messages["required"] = _("Enter the new password once more")


class PasswordByLink(PasswordResetConfirmView):
    """What the link of an administrator opens: it works until it was used, or the person signed in, for one day."""

    form_class = PasswordByLinkForm
    template_name = "registration/password_by_link.html"
    success_url = reverse_lazy("login")

    def render_to_response(self, context, **more) -> HttpResponse:
        status = 410 if not self.validlink else 422 if context["form"].errors else 200
        return super().render_to_response(context, status=status, **more)

    @transaction.atomic
    def form_valid(self, form: PasswordByLinkForm) -> HttpResponse:
        response = super().form_valid(form)
        sessions.end(sessions.of_person(self.user.pk))
        audit.record(verb="password changed", thing=self.user, by=self.user, now=timezone.now())
        reset(username=self.user.username)  # who is locked out by wrong passwords may use the new one
        messages.success(self.request, _("Your password is changed. Sign in with it"))
        return response


password_by_link = PasswordByLink.as_view()


def link_for_password(request: HttpRequest, user: User) -> str:
    """A link with which the person sets a new password; nothing of it is stored."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    address = reverse("password-by-link", args=[uid, default_token_generator.make_token(user)])
    return request.build_absolute_uri(address)


def without_language(address: str) -> str:
    """The address without `?lang=`, which would outlive the switch."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "lang"]
    return urlunsplit(parts._replace(query=urlencode(query)))


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language in the profile and in a cookie, and go back to the page at hand."""
    chosen = request.POST.get("language", "")
    address = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        address = "/"
    response = redirect(without_language(address))
    if chosen in LANGUAGES:
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=A_YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response
