"""Which measure a group is judged by, from its plan: what counts as its act, and what is shown beside its score."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Profile(StrEnum):
    CONVERSATION = "conversation"
    TRANSACTION = "transaction"
    HYBRID = "hybrid"  # talks, and sells in the group: two numbers
    SERVICE = "service"  # answers questions
    BROADCAST = "broadcast"  # a mass group that sells: what people do with what is sent
    FLASH = "flash"  # a plan of days: by its curve until it ends


@dataclass(frozen=True)
class Purpose:
    """What the plan says of it."""

    transaction: bool
    flash: bool = False
    sells: bool = False  # it earns by selling in the group
    answers: bool = False  # its signal is answered questions
    mass: bool = False


def profile_of(purpose: Purpose) -> Profile:
    """A flash plan comes first, then the kind of activity; the judge itself knows conversation, sales and answers."""
    if purpose.flash:
        return Profile.FLASH
    if purpose.transaction:
        return Profile.BROADCAST if purpose.mass else Profile.TRANSACTION
    if purpose.answers:
        return Profile.SERVICE
    return Profile.HYBRID if purpose.sells else Profile.CONVERSATION
