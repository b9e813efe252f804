"""Requests that nobody can read are answered with 400 before a page sees them."""

from collections.abc import Callable
from functools import partial

from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_header_parameters

CHARSETS = {"utf-8", "utf8", "us-ascii"}


class EmptyCharacter(BadRequest):
    """What was typed into a form holds NUL; all of it can be read on from the request."""


class Request(WSGIRequest):
    """Is read as UTF-8 whatever its head says; Django would look up any codec, also those that are no text."""

    def _set_content_type_params(self, meta: dict[str, str]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class ReadableRequests:
    """Refuses NUL in address, cookies and form, and every character set but UTF-8.

    PostgreSQL keeps no NUL, and no keyboard writes one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = f"{request.path_info}?{request.META.get('QUERY_STRING', '')}"
        if "\0" in address or "%00" in address or any("\0" in value for value in request.COOKIES.values()):
            raise BadRequest("NUL in address or cookie")
        if (request.content_params or {}).get("charset", "utf-8").lower() not in CHARSETS:
            raise BadRequest("a character set other than UTF-8")
        # Pages set up how uploads are taken before the form is read, so that it cannot be read here.
        request._load_post_and_files = partial(_read_form, request, request._load_post_and_files)  # type: ignore[method-assign]
        return self.get_response(request)


def _read_form(request: HttpRequest, read: Callable[[], None]) -> None:
    read()
    if any("\0" in text for name, values in request.POST.lists() for text in (name, *values)):
        raise EmptyCharacter("NUL in form")
