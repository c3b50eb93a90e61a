"""The product's settings with ticks that come fast, so that a test lasts seconds."""

import os

from community_ops.settings import *  # noqa: F403
from community_ops.settings import CELERY_BEAT_SCHEDULE, CELERY_BROKER_TRANSPORT_OPTIONS, LOGGING

SECONDS = {"ensure-nights": 0.7, "drain-outbox": 0.5}
CELERY_BEAT_SCHEDULE = {
    name: entry | {"schedule": SECONDS.get(name, 3.0), "options": {"expires": 30}}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
}
CELERY_BEAT_MAX_LOOP_INTERVAL = 0.5
CELERY_BROKER_TRANSPORT_OPTIONS = CELERY_BROKER_TRANSPORT_OPTIONS | {"socket_timeout": 3}
if "VISIBILITY_SECONDS" in os.environ:
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "visibility_timeout": int(os.environ["VISIBILITY_SECONDS"]),
        "unacked_restore_interval": 1,
    }
LOGGING["loggers"]["celery.worker.strategy"] = {"level": "INFO"}  # which message came to whom
