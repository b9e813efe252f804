"""A list of residents as a workbook: for a purpose and a reason, which stand on every page of it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lifang.blocks.lists.export import workbook
from lifang.blocks.lists.filters import Listed, asked_of
from lifang.blocks.lists.forms import ExportForm
from lifang.blocks.lists.models import Showing
from lifang.blocks.lists.pages.persons import asked_words, chosen_words, with_register
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import queries
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.seeking import sought
from lifang.ground.access.doors import holdings, serves
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import NATION
from lifang.ground.files.written import XLSX
from lifang.ground.trail.actions import record

FUNCTION = "person.export"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@serves(FUNCTION)
def export(request: HttpRequest) -> HttpResponse:
    """`/desk/persons/export/?<filters>`: asks, and answers a POST with the workbook."""
    filters, day = with_register(request, Listed.read(request.GET, asked_words(request))), today()
    most = int(packs.value("lists.export_most", settings.CONFIG.area, day).value)
    page = queries.page_of(filters, sought(filters.words), day, size=most)
    reveals = holdings(request).scope("person.reveal")
    form = ExportForm(request.POST or None, may_reveal=bool(reveals.places))
    refused = ""
    if page.after:
        refused = _("符合条件的超过 {n} 人，一次最多导出 {n} 人。请用地域或其他条件缩小范围，分几次导出。").format(
            n=most
        )
    elif not page.rows:
        refused = _("没有符合条件的居民，没有什么可导出的。")
    if form.is_valid() and not refused:
        return _handed_out(request, filters, page.rows, form)
    context = {
        "form": form, "count": len(page.rows), "most": most, "refused": refused, "query": request.GET.urlencode(),
        "chosen": chosen_words(filters), "words": filters.words,
    }  # fmt: skip
    return render(request, "lists/export.html", context, status=422 if form.errors or request.method == "POST" else 200)


def _handed_out(request: HttpRequest, filters: Listed, persons: list[Person], form: ExportForm) -> HttpResponse:
    given, reach = form.cleaned_data, current().places
    by: User = request.user  # type: ignore[assignment]
    area = filters.area if filters.area and current().covers(filters.area) else reach[0][0] if reach else NATION
    showing = Showing.objects.create(
        what=Showing.What.EXPORT, area=area, care_list=filters.care, purpose=given["purpose"], reason=given["reason"],
        persons=[person.pk for person in persons], by=by,
    )  # fmt: skip
    whole = holdings(request).scope("person.reveal").places if given.get("whole") else ()
    record(
        what="person.exported", kind="person_list", object_id=showing.serial, area=area, purpose=given["purpose"],
        reason=given["reason"], persons=len(persons), whole=bool(whole), filters=asked_of(request.GET),
    )  # fmt: skip
    content = workbook(showing, persons, whole, holdings(request))
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="residents-{showing.serial}.xlsx"'
    return answer
