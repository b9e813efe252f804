"""First letters of the pinyin of Chinese names, for finding a place by typing its initials.

The 3,755 common characters of GB 2312 stand in the order of their pinyin, so their code gives the letter. Rarer
characters that names of places use are listed; others are left out.
"""

from bisect import bisect_right
from typing import Final

# The first character in GB 2312 of each letter (no pinyin begins with i, u or v).
_FIRST: Final = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_LETTERS: Final = "abcdefghjklmnopqrstwxyz"
_RARE: Final = {
    "浔": "x", "鄱": "p", "渌": "l", "垱": "d", "圩": "w", "墩": "d", "岙": "a", "峪": "y", "嵩": "s", "岫": "x",
    "沅": "y", "沣": "f", "泸": "l", "浏": "l", "淞": "s", "滹": "h", "瀛": "y", "潢": "h", "濮": "p", "瑶": "y",
    "珲": "h", "鲅": "b", "榆": "y", "栾": "l", "桦": "h", "梓": "z", "椴": "d", "碾": "n", "砬": "l", "窑": "y",
    "蔺": "l", "荔": "l", "葫": "h", "芷": "z", "莘": "s", "茌": "c", "莒": "j", "薛": "x", "瓴": "l", "琉": "l",
    "疃": "t", "畈": "f", "垸": "y", "坨": "t", "垭": "y", "埠": "b", "堰": "y", "塬": "y", "嘴": "z", "彰": "z",
    "邳": "p", "郢": "y", "鄢": "y", "郧": "y", "郫": "p", "鄂": "e", "邺": "y", "邙": "m", "邛": "q", "邕": "y",
    "阜": "f", "陇": "l", "隗": "w", "靖": "j", "颍": "y", "麒": "q", "麟": "l", "鹭": "l", "鑫": "x", "煜": "y",
    "晟": "s", "昱": "y", "暨": "j", "睢": "s", "兖": "y", "亳": "b", "儋": "d", "佘": "s", "俚": "l", "衢": "q",
}  # fmt: skip
_STARTS: Final = [letter.encode("gb2312") for letter in _FIRST]
_LAST: Final = "座".encode("gb2312")


def _table() -> dict[int, str]:
    table = {ord(character): letter for character, letter in _RARE.items()}
    for lead in range(0xB0, 0xD8):
        for trail in range(0xA1, 0xFF):
            pair = bytes((lead, trail))
            if pair <= _LAST:
                table[ord(pair.decode("gb2312"))] = _LETTERS[bisect_right(_STARTS, pair) - 1]
    return table


_TABLE: Final = _table()


def initials(name: str) -> str:
    """`滕王阁街道` → `twgjd`. Letters and digits stay, in lower case; what is not known is left out."""
    return "".join(c for c in name.translate(_TABLE).lower() if c.isascii() and c.isalnum())
