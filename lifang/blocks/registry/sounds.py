"""Pinyin without tones, a table of single characters: for names that sound alike.

`sounds.txt` has a line for each syllable with its characters: the 20,902 of the first Unicode block of Chinese, by the
readings of pypinyin 0.55 (MIT). The library itself would cost each process 46 MB.
"""

from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("sounds.txt")


@cache
def table() -> dict[str, str]:
    """Character → syllable."""
    lines = (line.split() for line in FILE.read_text(encoding="utf-8").splitlines())
    return {one: syllable for syllable, characters in lines for one in characters}
