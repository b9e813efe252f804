"""Pinyin without tones, a table of single characters: names that sound alike, and their initials."""

from functools import cache

from pypinyin import lazy_pinyin

FIRST, LAST = 0x4E00, 0x9FA5


@cache
def table() -> dict[str, str]:
    """Character → syllable, for the 20,902 characters of the first Unicode block of Chinese."""
    characters = [chr(code) for code in range(FIRST, LAST + 1)]
    return dict(zip(characters, (lazy_pinyin(one)[0] for one in characters), strict=True))


def initials(name: str) -> str:
    """The first letters of a name's syllables; what is no Chinese character stays as it is, in lower case."""
    return "".join(table().get(one, one)[:1] for one in name).lower()
