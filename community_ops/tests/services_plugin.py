"""Gives the tests their servers and keys before Django reads its settings."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only")
os.environ.setdefault("SECURE_COOKIES", "false")
os.environ.setdefault("STATICFILES_BACKEND", "django.contrib.staticfiles.storage.StaticFilesStorage")
# TransactionTestCase empties the tables between tests; see groups/migrations/0002.
os.environ["PG_OPTIONS"] = (
    "-c statement_timeout=30s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
    " -c community_ops.tests_may_truncate=on"
)
