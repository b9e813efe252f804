"""The pictures of a case, for those who may read the case."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from lifang.blocks.cases.models import Photo
from lifang.ground.access.doors import serves
from lifang.ground.files.store import path_of


@serves("case.read")
def photo(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    kept = get_object_or_404(Photo, pk=pk, case__number=number)
    path = path_of(kept.sha256)
    if not path.is_file():
        raise Http404(_("这张照片已不在服务器上。"))
    answer = FileResponse(path.open("rb"), content_type=kept.mime)
    answer.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return answer  # type: ignore[return-value]
