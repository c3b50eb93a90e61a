from django.apps import AppConfig

from community_ops.celery import app as celery_app

__all__ = ["CommunityOpsConfig", "celery_app"]


class CommunityOpsConfig(AppConfig):
    name = "community_ops"
