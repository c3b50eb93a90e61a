"""Which kind a group is judged as: a flash plan first, then what is done in it."""

import pytest

from lifecycle.rules.profiles import Profile, Purpose, profile_of


@pytest.mark.parametrize(
    ("purpose", "profile"),
    [
        (Purpose(False), Profile.CONVERSATION),
        (Purpose(False, sells=True), Profile.HYBRID),
        (Purpose(False, mass=True), Profile.CONVERSATION),
        (Purpose(False, answers=True), Profile.SERVICE),
        (Purpose(False, answers=True, sells=True), Profile.SERVICE),
        (Purpose(True), Profile.TRANSACTION),
        (Purpose(True, sells=True, answers=True), Profile.TRANSACTION),
        (Purpose(True, mass=True), Profile.BROADCAST),
        (Purpose(False, flash=True), Profile.FLASH),
        (Purpose(True, flash=True, sells=True, answers=True, mass=True), Profile.FLASH),
    ],
)
def test_the_profile_of_a_purpose(purpose, profile):
    assert profile_of(purpose) is profile
