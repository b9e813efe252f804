"""Photographs as they come in: cleaned and kept one by one while the request is read.

A file that is too large, too many or no picture is left out with words for it; the others and all that was typed stay.
Decoding is dear: files after the most are not looked at, nor is any that comes from somebody who may not send them.
"""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lifang.ground.access import limits
from lifang.ground.access.doors import function_of, holdings
from lifang.ground.files.store import MAX_BYTES, Kept, Rejected, keep

MOST = 9
MOST_WORDS = 3
PHOTOS, WINDOW = 200, 600
View = Callable[..., HttpResponse]


class Photos(FileUploadHandler):
    """`kept` are the pictures kept, `refused` one sentence for each file that was not.

    `most` counts the files looked at, kept or not; `who` is held to 200 in ten minutes.
    """

    def __init__(self, request: HttpRequest, most: int, who: str) -> None:
        super().__init__(request)
        self.most, self.who, self.over, self.tried, self.often = most, who, 0, 0, 0
        self.kept: list[Kept] = []
        self.refused: list[str] = []
        self.name = ""
        self.data: io.BytesIO | None = None

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        self.name, self.data = file_name[:60], None
        if self.tried >= self.most:
            self.over += 1
            raise SkipFile
        self.tried += 1
        if limits.wait_for("photo", self.who, PHOTOS, WINDOW):
            self.often += 1
            raise SkipFile
        self.data = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.data is not None
        if self.data.tell() + len(raw_data) > MAX_BYTES:
            self.data = None
            self.refused.append(
                _("「{name}」超过 {n} MB，没有收下。请换一张小一些的照片。").format(name=self.name, n=MAX_BYTES >> 20)
            )
            raise SkipFile
        self.data.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.data is not None and file_size:
            try:
                self.kept.append(keep(SimpleUploadedFile(self.name, self.data.getvalue())))
            except Rejected as error:
                self.refused.append(str(error))
        self.data = None
        return None

    def words(self) -> list[str]:
        """What to tell the sender about files that were not kept; a long list is summed up."""
        said = self.refused[:MOST_WORDS]
        if more := len(self.refused) - len(said):
            said.append(_("还有 {n} 个文件也因为同样的原因没有收下。").format(n=more))
        if self.over:
            said.append(_("照片最多 {most} 张，多出的 {n} 张没有收下。").format(most=MOST, n=self.over))
        if self.often:
            said.append(_("这个网络地址传的照片太多了，照片没有收下。请过十分钟再传，或者先不带照片上报。"))
        return said


def _sender(request: HttpRequest) -> str:
    return f"user {request.user.pk}" if request.user.is_authenticated else limits.address(request)


def _may_send(request: HttpRequest, function: str) -> bool:
    return function.startswith("public:") or holdings(request).holds(function)


def takes_photos(view: View) -> View:
    """Reads the request and keeps its pictures before the view's transaction begins.

    The view finds `request.photos` (a Photos). Fingerprints of pictures kept before, in `kept`, count to the most.
    Pictures of somebody whom the door will turn away are not decoded. Stands outside the door of the view; for a view that checks CSRF, `csrf_exempt` stands outside this and
    `csrf_protect` inside, since the check itself reads the request.
    """

    function = function_of(view) or ""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        most = MOST if _may_send(request, function) else 0
        photos = Photos(request, most, _sender(request))
        request.upload_handlers = [photos]
        request.photos = photos  # type: ignore[attr-defined]
        request.POST  # noqa: B018 - reads the uploads now
        return view(request, *args, **kwargs)

    return inner
