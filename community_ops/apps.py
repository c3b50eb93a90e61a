from django.apps import AppConfig

from community_ops.celery import app as celery_app
from community_ops.demo import clock

__all__ = ["CommunityOpsConfig", "celery_app"]


class CommunityOpsConfig(AppConfig):
    name = "community_ops"

    def ready(self) -> None:
        if clock.clock_file().exists():
            clock.follow()
