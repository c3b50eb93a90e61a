"""The same walks with a night at each step: on connections of their own, at the same moment, as in an installation."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecycle.cases.evaluating import evaluate_cases
from lifecycle.cases.moving import CaseMovedOn, Refused
from lifecycle.cases.opening import open_cases
from lifecycle.models import Case
from lifecycle.tests.cases.making import DAY, silent
from lifecycle.tests.cases.test_walks import MOVES, Company

PEOPLE = [move for move in MOVES if move not in ("night", "open")] + ["step", "wait"] * 3
WATCHED = 140  # days, as many as the longest walk waits
# A night at the same moment, or one that is through between what somebody saw and what they do.
TOGETHER, NIGHT_FIRST = "together", "night first"


@pytest.fixture
def days_deleted():
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE lifecycle_daily")


class CompanyAtNight(Company):
    """A company in which every move of people meets a night, in one transaction as a piece of a night is.

    Its group stays silent and observed, so that the clocks of its case run and nights move it.
    """

    def __init__(self):
        super().__init__()
        silent(self.group, days=WATCHED, until=DAY + timedelta(days=WATCHED))

    def do(self, move, order=TOGETHER):
        if move == "wait":
            return super().do(move)
        start, faults = Barrier(2), []

        def night():
            try:
                start.wait()
                with transaction.atomic():
                    open_cases([self.group.pk], self.at["on"], now=self.at["now"])
                    evaluate_cases(self.at["on"], now=self.at["now"], group_ids=[self.group.pk])
            except Exception as fault:
                faults.append(fault)
            finally:
                connections.close_all()

        thread = Thread(target=night)
        thread.start()
        case = Case.objects.filter(group=self.group).order_by("-pk").first()
        events = set(case.events.values_list("pk", flat=True))
        start.wait()
        if order == NIGHT_FIRST:
            thread.join()
        try:
            self._moved(move, case, events)
        finally:
            thread.join()
        assert faults == []
        return None

    def _moved(self, move, case, events):
        """What came too late, or is refused, has changed nothing of what the night made of the case."""
        who = {"by": self.manager} | self.at
        try:
            self._act(move, case, {"case": case, "version": case.version} | who, who)
        except (CaseMovedOn, Refused):
            since = case.events.exclude(pk__in=events).filter(by=self.manager)
            assert not since.filter(content__has_key="state").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("days_deleted")
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(
    moves=st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from([TOGETHER, NIGHT_FIRST])), min_size=4, max_size=20
    )
)
def test_any_walk_beside_a_night_leaves_a_lawful_case(moves):
    company = CompanyAtNight()
    for move, order in moves:
        company.do(move, order)
        company.stays_lawful()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("days_deleted")
@pytest.mark.parametrize("late", ["finish", "end", "migrate", "dissolve", "snooze"])
def test_who_acts_on_what_a_night_has_moved_on_is_told_so(late):
    """The walks would prove little if their nights moved no case under people's hands."""
    company = CompanyAtNight()
    for move in ("revive", "step", "wait", "wait"):
        company.do(move)
    company.do(late, NIGHT_FIRST)
    case = Case.objects.get(group=company.group)
    kinds = list(case.events.filter(content__has_key="state").order_by("pk").values_list("kind", flat=True))
    assert (case.state, kinds[-1], late in kinds) == ("evaluating", "time_up", False)
    company.stays_lawful()
