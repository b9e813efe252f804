"""What somebody looks for may be a name or a telephone: it is kept sealed in their session, so that no address and no log
shows it, and an address names it by a token."""

import base64
import binascii
import secrets

from django.http import HttpRequest

from lifang.ground.access import vault

PLACE, MOST, LONGEST = "looking_for", 10, 100


def keep(request: HttpRequest, words: str) -> str:
    """The token for these words; "" for none."""
    words = words.replace("\0", "").strip()[:LONGEST]
    if not words:
        return ""
    token = secrets.token_urlsafe(6)
    kept = list(request.session.get(PLACE, {}).items())[1 - MOST :]
    sealed = base64.b64encode(vault.seal(words, PLACE)).decode()
    request.session[PLACE] = {**dict(kept), token: sealed}
    return token


def kept(request: HttpRequest, token: str) -> str:
    """The words of a token of this session; "" where it knows them no more."""
    found = request.session.get(PLACE, {}).get(token, "")
    try:
        return vault.unseal(base64.b64decode(found), PLACE)
    except (vault.Unreadable, binascii.Error):
        return ""
