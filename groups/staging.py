"""Sets of rows for set statements: values copied into a temporary table, and tables filled from it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

ROWS_AT_ONCE = 2000
NULL = "\\N"
PATIENCE = (
    "SET LOCAL statement_timeout = '120s'; SET LOCAL lock_timeout = '60s';"
    " SET LOCAL idle_in_transaction_session_timeout = '300s'"
)
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def be_patient(cursor: Any) -> None:
    """Let the statements of this transaction take the time that work over 50,000 rows takes."""
    cursor.execute(PATIENCE)


def copy_rows(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows by COPY, some thousand in a buffer. Dicts become jsonb, lists arrays of text, None null."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    rows = iter(rows)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        lines = "".join("\t".join(map(_cell, row)) + "\n" for row in chunk)
        cursor.copy_expert(statement, io.StringIO(lines))


def _cell(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, dict):
        value = json.dumps(value)
    elif isinstance(value, list | tuple):
        value = array_literal(value)
    return str(value).translate(ESCAPED)


def array_literal(words: Sequence[str]) -> str:
    """Text as PostgreSQL reads an array of it."""
    quoted = ",".join('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in words)
    return f"{{{quoted}}}"


def insert_like(cursor: Any, row: models.Model, varying: Mapping[str, str], source: str) -> int:
    """Insert rows that are like `row`, an unsaved one, but for the columns in `varying`: {column: expression}.

    `source` is what follows FROM. Columns that the model gets later are filled as `row` has them.
    """
    columns, expressions, values = [], [], []
    for field in row._meta.concrete_fields:
        if field.primary_key and field.column not in varying:
            continue
        columns.append(f'"{field.column}"')
        if field.column in varying:
            expressions.append(varying[field.column])
        else:
            expressions.append("%s")
            values.append(field.get_db_prep_save(getattr(row, field.attname), connection))
    statement = f"INSERT INTO {row._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(expressions)} FROM {source}"  # noqa: S608
    cursor.execute(statement, values)
    return int(cursor.rowcount)
