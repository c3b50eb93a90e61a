"""What a name is found by, in rows."""

import pytest

from groups.rules.search_keys import says


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("宝妈交流 A 群", "交流", True),
        ("宝妈交流 A 群", "流交", False),
        ("宝妈交流 A 群", "baoma", True),
        ("宝妈交流 A 群", "jiaoliu", True),
        ("宝妈交流 A 群", "aoma", False),
        ("宝妈交流 A 群", "bmjl", True),
        ("宝妈交流 A 群", "jlaq", True),
        ("宝妈交流 A 群", "a qun", True),
        ("VIP 读书会", "vipdsh", True),
        ("VIP 读书会", "dsh vip", True),
        ("VIP 读书会", "dsh qun", False),
        ("Spring camp", "CAMP", True),
    ],
)
def test_a_text_says_words_as_written_or_by_their_sound(text, typed, found):
    assert says(text, typed.lower().split()) is found
