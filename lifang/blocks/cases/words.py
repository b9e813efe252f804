"""Texts as words for search: pairs of Chinese characters, and runs of letters and digits.

Pairs need no dictionary, find every part of a text, and give the same answer on every server.
"""

import re
import unicodedata

RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
MOST = 400


def words(*texts: str) -> list[str]:
    """The words of some texts, in order, at most 400."""
    found: list[str] = []
    for run in RUN.findall(unicodedata.normalize("NFKC", " ".join(texts)).lower()):
        if run[0] < "\u3400" or len(run) == 1:
            found.append(run)
        else:
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return found[:MOST]
