"""Who may do what in the database: the owner migrates, the app works, the reader looks; nobody but the owner can take
back what the record says. As SQL, to be applied again after each upgrade.
"""

from __future__ import annotations

import re

from django.contrib.sessions.models import Session
from django.db import connection

from community_ops.resealing import sealed_columns
from groups.models import ApiAnswer, ApiToken, AuditEntry, AuditSeal, Invitation, PersonSession, SharedReport, User

# Rows that the app may only add and read.
ADDED_ONLY = (AuditEntry._meta.db_table, AuditSeal._meta.db_table)
READ_ONLY = ("django_migrations",)
# Besides what is sealed: what lets somebody in, though it is only a digest.
SECRET = (Session, PersonSession, ApiToken, ApiAnswer, Invitation, SharedReport)
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class NoName(ValueError):
    """A role must be named in lower case letters, digits and underscores."""


def statements(*, owner: str, app: str, reader: str, database: str) -> list[str]:
    """The grants, in order. Repeatable; run by the owner, or by an administrator of the server."""
    for name in (owner, app, reader):
        if not NAME.fullmatch(name):
            raise NoName(name)
    secret = sorted({model._meta.db_table for model in [*SECRET, *(model for model, _column in sealed_columns())]})
    users = User._meta.db_table
    shown = ", ".join(f'"{field.column}"' for field in User._meta.local_concrete_fields if field.name != "password")
    made = [_make(name) for name in (app, reader)]
    return [
        *made,
        f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC',
        f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO {app}',
        f'GRANT CONNECT ON DATABASE "{database}" TO {reader}',
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {app}, {reader}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(ADDED_ONLY)} FROM {app}",
        f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {', '.join(READ_ONLY)} FROM {app}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}",
        f"REVOKE SELECT ON {', '.join([*secret, users])} FROM {reader}",  # noqa: S608
        f"GRANT SELECT ({shown}) ON {users} TO {reader}",
        "REVOKE EXECUTE ON FUNCTION make_month(text, text, date, date) FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION make_month(text, text, date, date) TO {app}",
        # Tables of a later migration, and the months to come.
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        f" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    ]


def apply(sql: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in sql:
            cursor.execute(statement)


def _make(name: str) -> str:
    """A role that logs in once somebody gives it a password (psql: \\password NAME)."""
    there = f"EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{name}')"  # noqa: S608 - a NAME
    return f"DO $$ BEGIN IF NOT {there} THEN CREATE ROLE {name} LOGIN; END IF; END $$"
