"""What a step of a playbook says to people, and the text that it gives them to copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lifecycle.rules.playbooks import Line

Text = str | Promise


class Words(NamedTuple):
    """`text` is for the members of the group; its `$fields` are those of the playbooks.

    `bare_text` is said instead while a field that may stay empty (a budget, a next group) is empty. `lines` are a
    script: who says what when.
    """

    title: Text
    text: Text = ""
    bare_text: Text = ""
    lines: tuple[Line, ...] = ()


def _line(at: str, who: Text, says: Text) -> Line:
    """A line of a shipped script; its words are translated when they are read."""
    return Line(at, who, says)  # type: ignore[arg-type]


PLAYBOOKS: Mapping[str, Words] = {
    "red_packet": Words(_("Red-packet rescue"), _("One real question, one small red packet, then listen")),
    "script": Words(_("Scripted activation"), _("Three seed members speak first, by a script that fits one evening")),
    "events": Words(_("Fresh event"), _("Something to take part in that the group has not seen yet")),
    "combined": Words(_("All three together"), _("Script, red packet and event within one week")),
    "cleaning": Words(_("Cleaning"), _("Remove the adverts, say the rules, then ask one real question")),
    "migration": Words(_("Move to a new theme"), _("Invite who still shows life, and count who arrives")),
    "dissolution": Words(_("Proper goodbye"), _("Thanks, two notices, a countdown, an archive, a proof")),
    "farewell": Words(_("Farewell after success"), _("Celebrate, offer the next group, then close in order")),
}

COUNTS: Mapping[str, Text] = {
    "answers": _("How many different members answered"),
    "speakers": _("How many different members spoke in these 7 days"),
    "invited": _("How many members you invited"),
    "arrived": _("How many of them arrived"),
    "active": _("How many of them are active there"),
}

STEPS: Mapping[str, Words] = {
    "take_stock": Words(_("Take stock: who said or bought something in the last 14 days?")),
    "pulse": Words(
        _("Feel the pulse: ask one cheap question and count who answers within 72 hours"),
        _(
            "A quick one for everybody: of all that we did in $group, what would you like to have again? A word"
            " is enough"
        ),
    ),
    "real_question": Words(
        _("Choose one real question of a member as the topic"),
        _(
            "One of you asked this week: … How do you do it? $owner collects the answers and posts the best of"
            " them here"
        ),
    ),
    "script_roles": Words(
        _("Agree with three seed members who says what, and when"),
        lines=(
            _line("20:00", "$owner", _("asks the question of the day")),
            _line("20:05", _("Seed member A"), _("tells how it went, with a picture")),
            _line("20:10", _("Seed member B"), _("asks A back")),
            _line("20:20", _("Seed member C"), _("sees it differently, politely")),
            _line("20:30", "$owner", _("asks two silent members by name for their view")),
        ),
    ),
    "script_run": Words(
        _("Play the script on the evening agreed"),
        _("Tonight at 20:00 in $group: one question, real answers, half an hour. Who is in?"),
    ),
    "red_packet": Words(
        _("Thursday 20:00: a small red packet with a question to answer"),
        _(
            "A small red packet at 20:00, $budget in all. Whoever opens it answers one thing:"
            " what would make $group worth opening every day?"
        ),
        _(
            "A small red packet at 20:00. Whoever opens it answers one thing:"
            " what would make $group worth opening every day?"
        ),
    ),
    "event_invite": Words(
        _("Announce something to take part in"),
        _(
            "On Saturday at 20:00 we try something new in $group: show the best thing you made or bought this"
            " month. Reply 1 to join"
        ),
    ),
    "event_run": Words(
        _("Hold the event, and keep to its time"),
        _("We begin: post yours, and say in one sentence why you chose it"),
    ),
    "event_recap": Words(
        _("Thank them, and let them choose the next one"),
        _("Thank you all. These three were liked most: … The next one is up to you: reply with an idea"),
    ),
    "check_day_7": Words(_("Day 7: count the members who spoke, not the messages")),
    "warn_posters": Words(
        _("Warn whoever posts adverts"),
        _(
            "A word from $owner: $group is for $theme. Adverts that were not agreed are removed from today on;"
            " ask me first"
        ),
    ),
    "remove_posters": Words(_("Mute or remove whoever goes on posting adverts")),
    "post_rules": Words(
        _("Post the rules of the group"),
        _(
            "Rules of $group: 1. Talk about $theme. 2. Ask $owner before you post an offer. 3. No word chains to"
            " fill the screen"
        ),
    ),
    "list_active": Words(_("List the members who showed life in the last 56 days")),
    "prepare_new_group": Words(_("Prepare the new group: theme, owner, welcome, invitation code")),
    "invite": Words(
        _("Invite them one by one"),
        _(
            "The people who keep $group alive meet in $new_group from now on, and you are one of them. Reply 1"
            " and I bring you in"
        ),
    ),
    "invite_again": Words(
        _("Ask once more whoever has not answered"),
        _("$new_group has begun. A place is still yours: reply 1 and I bring you in"),
    ),
    "count_arrived": Words(_("Count who has arrived in the new group")),
    "count_active": Words(_("After 14 days: count who is active there")),
    "farewell": Words(
        _("Post the goodbye: thanks, why, what stays, where to go"),
        _(
            "Dear members of $group, thank you for the time that we shared here. The group has become quiet, and we do"
            " not want to keep you for nothing. We close it on $last_day. Whoever wants to go on: $new_group is open to"
            " you, write to $owner. Files and summaries stay with $owner"
        ),
        _(
            "Dear members of $group, thank you for the time that we shared here. The group has become quiet, and we do"
            " not want to keep you for nothing. We close it on $last_day. Files and summaries stay with $owner;"
            " whatever you still need, write to $owner"
        ),
    ),
    "celebrate": Words(
        _("Tell them that the goal is met, and thank them"),
        _(
            "We did it: $group has reached what it was made for. Thank you, every one of you. It closes, as"
            " planned, on $last_day"
        ),
    ),
    "offer_next_group": Words(
        _("Offer the next group"),
        _("Whoever wants to go on: $new_group is next. Reply 1 and I bring you in"),
        _("Whoever wants to go on: tell $owner what you would join, and you hear first when it begins"),
    ),
    "notice_first": Words(
        _("First notice, with the day of the end"),
        _("Notice 1 of 2: $group closes on $last_day. Save what you need; questions to $owner"),
    ),
    "last_questions": Words(
        _("Last questions and answers"),
        _("Before we close: what is still open? Ask here today, and $owner answers everything"),
    ),
    "notice_last": Words(
        _("Last notice, the day before"),
        _("Notice 2 of 2: $group closes on $last_day. Thank you for being here, and see you elsewhere"),
    ),
    "archive": Words(_("Export what must be kept: files, summaries, numbers")),
    "mute": Words(_("Mute the group on the platform: nobody posts, everything can still be taken back")),
    "dissolve_on_platform": Words(_("Dissolve the group on the platform, then come back and say so")),
}


def step_words(key: str) -> Words:
    """The words of a step; a key of another version stands for itself."""
    return STEPS.get(key, Words(key))


def playbook_words(key: str) -> Words:
    return PLAYBOOKS.get(key, Words(key))
