"""Which assessments the list shows, by the filters of its address."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import QueryDict

from assessments.models import Assessment, Verdict
from groups.models import User

WORDS = ("go", "conditional", "not_now")
OWNERS = ("all", "mine")


@dataclass
class ListFilter:
    """`verdict` is a verdict word, `draft` or empty; `owner` is `mine` or `all`; `q` is a part of the name."""

    query: QueryDict
    verdict: str = field(init=False)
    owner: str = field(init=False)
    q: str = field(init=False)

    def __post_init__(self) -> None:
        asked = self.query.get("verdict", "")
        self.verdict = asked if asked in (*WORDS, "draft") else ""
        self.owner = "mine" if self.query.get("owner") == "mine" else "all"
        self.q = self.query.get("q", "").replace("\x00", "").strip()[:40]

    @property
    def is_set(self) -> bool:
        return bool(self.verdict or self.q or self.owner == "mine")

    def address(self) -> str:
        """The filters as a query, for links to other pages of the list."""
        kept = {"verdict": self.verdict, "owner": "" if self.owner == "all" else "mine", "q": self.q}
        return urlencode({key: value for key, value in kept.items() if value})


def listed(user: User, wanted: ListFilter) -> QuerySet[Assessment]:
    """The assessments of the user's teams, latest change first, each with the word of its latest verdict."""
    latest = Verdict.objects.filter(assessment=OuterRef("pk")).order_by("-pk").values("outcome")[:1]
    found = (
        Assessment.objects.visible_to(user)
        .annotate(outcome=Subquery(latest))
        .select_related("owner", "created_by", "team")
        .order_by("-changed_at", "-pk")
    )
    if wanted.verdict == "draft":
        found = found.filter(state=Assessment.State.DRAFT)
    elif wanted.verdict:
        found = found.filter(state=Assessment.State.DECIDED, outcome=wanted.verdict)
    if wanted.owner == "mine":
        found = found.filter(owner=user) | found.filter(created_by=user)
    if wanted.q:
        found = found.filter(title__icontains=wanted.q)
    return found
