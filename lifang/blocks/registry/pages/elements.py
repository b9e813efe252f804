"""Desk pages of the data dictionary: what each element means, how it is guarded and whose word on it counts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from lifang.blocks.packs import service as packs
from lifang.blocks.registry.pages.reaching import department, home
from lifang.ground.access.doors import serves

KINDS = {
    "text": _("文字"), "name": _("姓名"), "date": _("日期"), "identity": _("身份证号"), "phone": _("电话"),
    "address": _("地址"), "code": _("代码"), "number": _("数"), "truth": _("是或否"), "place": _("地方"),
}  # fmt: skip
GUARDED = {
    "open": ("quiet", _("公开")),
    "personal": ("info", _("个人信息")),
    "sealed": ("warn", _("加密")),
    "special": ("bad", _("特别保护")),
}


@serves("data.read")
def elements(request: HttpRequest) -> HttpResponse:
    area = home()
    rows = [
        {
            "name": name, "element": one, "kind": KINDS[one.kind], "guarded": GUARDED[one.sensitivity],
            "codes": packs.code_list(one.codes, area).title if one.codes else "",
            "order": [department(kind) for kind in dict.fromkeys(filter(None, (one.home, *one.wins)))],
            "source": packs.source(one.source.document, area),
        }
        for name, one in packs.elements(area).items()
    ]  # fmt: skip
    return render(request, "registry/elements.html", {"rows": rows})


@serves("data.read")
def codes(request: HttpRequest, name: str) -> HttpResponse:
    area = home()
    try:
        found = packs.code_list(name, area)
    except packs.NoRule as error:
        raise Http404(str(error)) from error
    used = [one.title for one in packs.elements(area).values() if one.codes == name]
    return render(
        request, "registry/codes.html",
        {"codes": found, "used": used, "source": packs.source(found.source.document, area)},
    )  # fmt: skip
