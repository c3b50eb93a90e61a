"""The page where people set how the product looks and speaks to them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from community_ops.preferences import LANGUAGES
from groups.models import User


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["display_name", "language", "theme", "delta_colours", "shortcuts_enabled"]
        labels = {
            "display_name": _("Your name, as colleagues see it"),
            "language": _("Language"),
            "theme": _("Colours of the page"),
            "delta_colours": _("Colours of changes in figures"),
            "shortcuts_enabled": _("Keyboard shortcuts: / searches, ? lists them all"),
        }
        help_texts = {"delta_colours": _("Health tags keep their colours in every setting")}
        error_messages = {"display_name": {"required": _("Enter your name")}}
        widgets = {
            "language": forms.RadioSelect,
            "theme": forms.RadioSelect,
            "delta_colours": forms.RadioSelect,
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["language"].choices = [("", _("Like the browser")), *User._meta.get_field("language").choices]


def me(request: HttpRequest) -> HttpResponse:
    """Show and keep the settings of the person who asks."""
    form = PreferencesForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        kept = form.save()
        with override(kept.language if kept.language in LANGUAGES else request.LANGUAGE_CODE):
            messages.success(request, str(_("Your settings are saved")))
        return redirect("me")
    return render(request, "me.html", {"form": form})
