"""What makes the phone app installable and lets it work without network."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.faces.field.keeping import MOST_BYTES, MOST_CASES, MOST_DAYS, PATIENCE_MS, words
from lifang.ground.access.doors import opens

STATIC = Path(settings.BASE_DIR) / "lifang" / "faces" / "static"
SHELL = (
    "lifang/tokens.css", "lifang/base.css", "lifang/forms.css", "lifang/components.css", "lifang/field.css",
    "lifang/print.css", "lifang/field/app.css", "lifang/theme.js", "lifang/page.js", "lifang/field/queue.js",
    "lifang/field/app.js", "lifang/field/forms.js", "lifang/field/lists.js", "vendor/htmx.min.js", "vendor/icons.svg",
    "lifang/icons/favicon.svg", "lifang/icons/app-192.png",
)  # fmt: skip
SCRIPTS = ("lifang/field/queue.js", "lifang/field/worker.js")


@opens
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest (W3C Web Application Manifest)."""
    icons = [("app-192.png", "192x192", "any"), ("app-512.png", "512x512", "any")]
    icons += [("app-maskable-512.png", "512x512", "maskable")]
    return JsonResponse(
        {
            "id": reverse("field:today"),
            "name": _("里坊 网格"),
            "short_name": _("网格"),
            "description": _("网格员的今天、上报和查询，没有网络也能用。"),
            "lang": "zh-CN",
            "start_url": reverse("field:today"),
            "scope": reverse("field:today"),
            "display": "standalone",
            "orientation": "portrait",
            "background_color": "#f3f5f7",
            "theme_color": "#1a4f86",
            "icons": [
                {"src": static(f"lifang/icons/{file}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
                for file, sizes, purpose in icons
            ],
            "shortcuts": [{"name": _("上报"), "url": reverse("field:report")}],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


@cache
def version() -> str:
    """Changes whenever a file that the phone keeps changes."""
    digest = hashlib.sha256()
    for name in (*SHELL, *SCRIPTS):
        digest.update((STATIC / name).read_bytes())
    return digest.hexdigest()[:12]


@opens
@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: what it is told, the queue that it shares with the pages, and itself."""
    told = {
        "version": version.__wrapped__() if settings.DEBUG else version(),
        "shell": [static(name) for name in SHELL] + [reverse("field:offline")],
        "offline": reverse("field:offline"),
        "limits": {"cases": MOST_CASES, "bytes": MOST_BYTES, "days": MOST_DAYS},
        "patience": PATIENCE_MS,
    }
    scripts = [f"self.TOLD = {json.dumps(told)};", *((STATIC / name).read_text() for name in SCRIPTS)]
    return HttpResponse("\n".join(scripts), content_type="text/javascript; charset=utf-8")


@opens
@never_cache
@require_safe
def who(request: HttpRequest) -> HttpResponse:
    """Who is signed in, with the token that sending needs and the server's time."""
    signed_in = request.user.is_authenticated
    return JsonResponse(
        {
            "user": request.user.pk if signed_in else None,
            "csrf": get_token(request) if signed_in else "",
            "now": timezone.now().isoformat(),
        }
    )


@opens
@require_safe
def nothing_kept(request: HttpRequest) -> HttpResponse:
    """What is shown without network for a page that the phone does not keep."""
    return render(request, "field/offline.html", {"words": words()})
