"""Pinyin without tones, a table of single characters: for names that sound alike."""

from functools import cache

from pypinyin import lazy_pinyin

FIRST, LAST = 0x4E00, 0x9FA5


@cache
def table() -> dict[str, str]:
    """Character → syllable, for the 20,902 characters of the first Unicode block of Chinese."""
    characters = [chr(code) for code in range(FIRST, LAST + 1)]
    return dict(zip(characters, (lazy_pinyin(one)[0] for one in characters), strict=True))
