"""The crew's part: takes what is due, one slice after the other, for some seconds. Any number may work at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError

from lifecycle.failpoints import reach
from lifecycle.models import WecomStep
from lifecycle.wecom import callbacks, credit, figures, listing, reading, runs, steps, tokens
from lifecycle.wecom.client import Client
from lifecycle.wecom.troubles import NeedsAPerson, Refused, TryLater, WecomTrouble

log = logging.getLogger(__name__)
Kind = WecomStep.Kind
Clock = Callable[[], datetime]


def tick(now: datetime) -> bool:
    """Open today's run when its hour has come; whether there is work for the crew."""
    runs.open_due(now)
    return callbacks.wait_to_be_read() or steps.waits(now)


def work_for(seconds: float, clock: Clock, *, pauses: tuple[float, ...] | None = None) -> bool:
    """Work slices until the time is over or nothing is left; whether something is left."""
    callbacks.settle(clock())
    until = time.monotonic() + seconds
    if not steps.waits(clock()):
        return False
    with Client(tokens.current, **({} if pauses is None else {"pauses": pauses})) as client:
        while work_slice(client, clock):
            if time.monotonic() >= until:
                return steps.waits(clock())
    return False


def work_slice(client: Client, clock: Clock) -> bool:
    """The next slice, whichever it is; False if there is none now."""
    now = clock()
    if not steps.may_ask(now):
        return False
    try:
        if reading.read_due(client, clock):
            steps.note_answer(clock())
            return True
    except WecomTrouble as trouble:
        wait = now + trouble.wait(1) if isinstance(trouble, TryLater) else now + steps.WAIT_FOR_A_PERSON
        steps.note_trouble(trouble, now, wait_until=wait)
        return False
    step = steps.claim(now)
    if step is None:
        return runs.move_on(now)
    _work(client, step, clock)
    return True


def _work(client: Client, step: WecomStep, clock: Clock) -> None:
    reach("after_claim")
    try:
        _do(client, step, clock)
    except steps.ClaimLost:
        log.warning("WeCom step %s was taken over", step.pk)
    except (TryLater, NeedsAPerson, Refused) as trouble:
        log.warning("WeCom step %s (%s): %s", step.pk, step.kind, trouble)
        steps.note(step, trouble, clock())
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("WeCom step %s (%s) failed", step.pk, step.kind)
        steps.note(step, TryLater("failed"), clock())
    else:
        steps.note_answer(clock())


def _do(client: Client, step: WecomStep, clock: Clock) -> None:
    if step.kind == Kind.LIST:
        listing.list_page(client, step, clock())
    elif step.kind == Kind.READ:
        reading.read_step(client, step, clock)
    elif step.kind == Kind.BACKFILL:
        figures.ask_for_missing_days(client, step, clock())
    elif step.kind == Kind.YESTERDAY:
        figures.ask_for_yesterday(client, step, clock())
    else:
        credit.credit(step, clock())
