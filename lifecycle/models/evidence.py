"""A column of evidence: packed by the nights, told as a dictionary to whoever reads it."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from lifecycle.rules.evidence import standing_evidence

AS_TEXT = b"{"  # a packed row begins with the number of its layout


class EvidenceField(models.BinaryField):
    """A row of rules.evidence.EVIDENCE_ROW in the database, in Python a dictionary. A dictionary is stored as JSON."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> dict[str, Any] | None:
        if value is None:
            return None
        content = bytes(value)
        return json.loads(content) if content.startswith(AS_TEXT) else standing_evidence(content)

    def get_prep_value(self, value: Any) -> Any:
        return json.dumps(value).encode() if isinstance(value, dict) else value
