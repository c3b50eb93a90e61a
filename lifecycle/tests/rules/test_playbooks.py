from datetime import date

import pytest

from lifecycle.rules.playbooks import PLAYBOOKS, due_days, filled, is_complete, of_remedy, step_of, suggested


@pytest.mark.parametrize("playbook", PLAYBOOKS.values(), ids=list(PLAYBOOKS))
def test_a_playbook_has_each_step_once_and_in_the_order_of_its_days(playbook):
    keys = [step.key for step in playbook.steps]
    days = [step.due_in for step in playbook.steps]
    assert len(set(keys)) == len(keys) and days == sorted(days)


@pytest.mark.parametrize("remedy", ["dissolve", "farewell"])
def test_a_goodbye_waits_for_two_notices_and_a_proof(remedy):
    (playbook,) = of_remedy(remedy)
    evident = {step.key: step.closes for step in playbook.steps if step.closes}
    assert evident["notice_first"] == evident["notice_last"] == "closing"
    assert evident["dissolve_on_platform"] == "proof"
    assert all(step.evidence for step in playbook.steps if step.closes)


@pytest.mark.parametrize(
    ("remedy", "ad_overrun", "transaction", "attempts", "key"),
    [
        ("revive", False, False, 0, "script"),
        ("revive", False, True, 0, "events"),
        ("revive", True, False, 0, "cleaning"),
        ("revive", True, False, 1, "combined"),
        ("revive", False, False, 1, "combined"),
        ("migrate", False, False, 1, "migration"),
        ("dissolve", True, False, 1, "dissolution"),
        ("farewell", False, True, 0, "farewell"),
    ],
)
def test_where_to_begin(remedy, ad_overrun, transaction, attempts, key):
    assert suggested(remedy, ad_overrun=ad_overrun, transaction=transaction, attempts=attempts) == key


def test_due_days_count_from_the_plan():
    days = {step.key: day for step, day in due_days(PLAYBOOKS["script"], date(2026, 12, 28))}
    assert days["take_stock"] == date(2026, 12, 28) and days["check_day_7"] == date(2027, 1, 4)


def test_a_step_of_another_playbook_is_not_found():
    assert step_of(PLAYBOOKS["script"], "invite") is None
    assert step_of(PLAYBOOKS["migration"], "invite").asks == "invited"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello $group", "Hello 宝妈 A 群"),
        ("See you in $new_group", "See you in $new_group"),
        ("$secret ${group.owner} 100%", "$secret ${group.owner} 100%"),
        ("By $owner", "By $group"),
    ],
    ids=["filled", "empty stays", "unknown stays", "a value is not a template"],
)
def test_only_fixed_fields_are_filled_in(text, said):
    assert filled(text, {"group": "宝妈 A 群", "owner": "$group", "new_group": "", "secret": "x"}) == said


def test_a_text_is_complete_when_every_field_has_a_value():
    text = "¥$budget for $group"
    assert is_complete(text, {"group": "A", "budget": "200"})
    assert not is_complete(text, {"group": "A", "budget": ""})


# Day, t: has a text, e: must be told how it was done; then the count that is asked for or the state that waits for it.
GOODBYE = ("1te closing", "4t", "6te closing", "6e closing", "7e soft_closed", "21e proof")
SHIPPED = {
    "red_packet": ("0e", "1te answers", "2t", "4te", "7 speakers"),
    "script": ("0e", "1te answers", "2t", "3t", "4t", "7 speakers"),
    "events": ("0e", "1te answers", "3t", "5te", "6t", "7 speakers"),
    "combined": ("0e", "1te answers", "2t", "3t", "4te", "5te", "6t", "7 speakers"),
    "cleaning": ("0te", "1e", "1t", "2t", "7 speakers"),
    "migration": ("0e", "2e", "3te invited", "6t", "10e arrived", "24e active"),
    "dissolution": ("0te closing", *GOODBYE),
    "farewell": ("0te closing", "1t", *GOODBYE),
}


def in_short(step):
    return f"{step.due_in}{'t' * step.text}{'e' * step.evidence} {step.asks}{step.closes}".rstrip()


@pytest.mark.parametrize("key", PLAYBOOKS)
def test_the_steps_of_what_is_shipped(key):
    """Cases that were opened by a version keep it, so a change here wants another version."""
    playbook = PLAYBOOKS[key]
    assert tuple(map(in_short, playbook.steps)) == SHIPPED[key]
    assert playbook.version == 1
    assert playbook.budget == (200 if key in ("red_packet", "combined") else None)
