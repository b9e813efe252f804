"""What a page of forms is about, if the reader may see it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.forms.models import Edition, Form, Issue, Return
from lifang.blocks.forms.queries import of_scope
from lifang.ground.access.doors import Foreign, holdings
from lifang.ground.access.models import User
from lifang.ground.access.scope import current

READ, MAKE, FILL = "form.read", "form.make", "form.fill"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ID = 10**18


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def missing(pk: int) -> Foreign:
    return Foreign(_("没有这张表，或者你没有查看它的权限。"), kind="form", object_id=str(pk), area=None)


def edition_here(pk: int) -> Edition:
    """The newest version of a form of one's own."""
    found = of_scope(current()).filter(form=pk).first() if pk < MOST_ID else None
    if found is None:
        raise missing(pk)
    return found


def form_here(pk: int) -> Form:
    return edition_here(pk).form


def issue_here(pk: int) -> Issue:
    found = Issue.objects.select_related("edition__form__unit", "by").filter(pk=pk).first() if pk < MOST_ID else None
    if found is None:
        raise missing(pk)
    return found


def return_here(pk: int) -> Return:
    rows = Return.objects.select_related("issue__edition__form__unit", "submitted_by")
    found = rows.filter(pk=pk).first() if pk < MOST_ID else None
    if found is None or not current().covers(found.area, [found.unit_id]):
        raise missing(pk)
    return found


def tabs(request: HttpRequest, tab: str) -> dict[str, Any]:
    mine = holdings(request).functions
    return {"tab": tab, "may_make": MAKE in mine, "may_fill": FILL in mine, "may_read": READ in mine}


def download(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.xlsx"'
    return answer
