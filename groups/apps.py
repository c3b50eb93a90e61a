from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class GroupsConfig(AppConfig):
    name = "groups"

    def ready(self) -> None:
        from groups.sessions import note_signed_in  # noqa: PLC0415 - models exist only once the apps are ready

        # Password, invitation, second step, another sign-in service: all of them end in Django's login().
        user_logged_in.connect(note_signed_in, dispatch_uid="groups.sessions")
