"""First letters of the pinyin of Chinese names, for finding a place by typing its initials.

The 3,755 common characters of GB 2312 stand in the order of their pinyin, so their code gives the letter. The others
of GB 2312, and those beyond it that names of places use, are listed in `letters.py`; what is left is left out.
"""

from bisect import bisect_right
from typing import Final

from lifang.ground.areas.letters import RARER

# The first character in GB 2312 of each letter (no pinyin begins with i, u or v).
_FIRST: Final = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_LETTERS: Final = "abcdefghjklmnopqrstwxyz"
_STARTS: Final = [letter.encode("gb2312") for letter in _FIRST]
_LAST: Final = "座".encode("gb2312")


def _table() -> dict[int, str]:
    table = {ord(character): letter for letter, characters in RARER.items() for character in characters}
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
