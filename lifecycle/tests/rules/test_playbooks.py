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
