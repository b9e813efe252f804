"""What stands for a state, a tone, a moment: icon, tone and words, as HTML. The tags of `lifang_ui` show the same."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

# state of a case -> tone, icon, words used when the case type gives none
STATES: dict[str, tuple[str, str, Any]] = {
    "reported": ("info", "inbox", gettext_lazy("已上报")),
    "accepted": ("info", "check", gettext_lazy("已受理")),
    "refused": ("quiet", "ban", gettext_lazy("不予受理")),
    "filed": ("info", "file-text", gettext_lazy("已立案")),
    "dispatched": ("info", "send", gettext_lazy("已派遣")),
    "returned": ("warn", "arrow-back-up", gettext_lazy("已退单")),
    "arbitration": ("warn", "scale", gettext_lazy("仲裁中")),
    "handling": ("info", "progress", gettext_lazy("处置中")),
    "whistled": ("warn", "speakerphone", gettext_lazy("吹哨中")),
    "hung_up": ("quiet", "player-pause", gettext_lazy("已挂起")),
    "handled": ("good", "tool", gettext_lazy("已处置")),
    "verified": ("good", "checklist", gettext_lazy("已核查")),
    "closed": ("good", "circle-check", gettext_lazy("已结案")),
    "called_back": ("good", "phone", gettext_lazy("已回访")),
    "rated": ("good", "star", gettext_lazy("已评价")),
    "archived": ("quiet", "archive", gettext_lazy("已归档")),
    "duplicate": ("quiet", "copy", gettext_lazy("重复件")),
    "void": ("quiet", "ban", gettext_lazy("已作废")),
    "issued": ("info", "send", gettext_lazy("已布置")),
    "completed": ("good", "circle-check", gettext_lazy("全部回报")),
    "stopped": ("quiet", "ban", gettext_lazy("提前结束")),
    "sent": ("info", "send", gettext_lazy("已下达")),
    "taken": ("info", "user-check", gettext_lazy("已接收")),
    "fed_back": ("good", "circle-check", gettext_lazy("已回报")),
    "declined": ("warn", "arrow-back-up", gettext_lazy("已退回")),
    "ended": ("quiet", "ban", gettext_lazy("任务已结束")),
    "raised": ("warn", "inbox", gettext_lazy("待落实")),
    "met": ("good", "circle-check", gettext_lazy("已落实")),
    "unmet": ("quiet", "ban", gettext_lazy("未能落实")),
}
TONE_ICONS = {
    "good": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "info": "info-circle",
    "quiet": "circle-dashed",
}


@lru_cache(maxsize=4096, typed=True)
def _icon(name: str, label: str, size: str) -> SafeString:
    href = static("vendor/icons.svg")
    css = f"icon icon-{size}" if size else "icon"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"/></svg>', css, label, href, name
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', css, href, name
    )


def icon(name: str, label: object = "", size: str = "") -> SafeString:
    """One icon of the sprite; with a label it is read out, without one it is decoration. Size: "", "sm", "lg"."""
    return _icon(name, str(label), size)


@lru_cache(maxsize=4096, typed=True)
def _badge(text: str, tone: str, symbol: str) -> SafeString:
    return format_html(
        '<span class="badge-state tone-{}">{}{}</span>', tone, icon(symbol or TONE_ICONS[tone], size="sm"), text
    )


def badge(text: object, tone: str = "quiet", symbol: str = "") -> SafeString:
    """Words with a tone (good, warn, bad, info, quiet) and its icon."""
    return _badge(str(text), tone, symbol)


def state_badge(state: str, title: object = "") -> SafeString:
    """The state of a case; `title` is the case type's own word for it."""
    tone, symbol, words = STATES.get(state, ("quiet", "circle-dot", state))
    return badge(str(title or words), tone, symbol)


@lru_cache(maxsize=4096)
def _day(day: date, today: date, language: str | None) -> SafeString:
    if day == today:
        return escape(_("今天"))
    if day == today - timedelta(days=1):
        return escape(_("昨天"))
    if day.year == today.year:
        return escape(date_format(day, pgettext("date without year", "n月j日")))
    return escape(date_format(day, pgettext("date", "Y年n月j日")))


def when(moment: datetime | date | None, show: str = "") -> SafeString:
    """A moment near to how people say it, the exact one on hover. `show="date"` leaves the hours out."""
    if moment is None:
        return format_html('<span class="muted" aria-label="{}">–</span>', _("无"))
    if not isinstance(moment, datetime):
        words = date_format(moment, pgettext("date", "Y年n月j日"))
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)
    zone = timezone.get_current_timezone()
    local = moment.astimezone(zone)
    words = _day(local.date(), datetime.now(zone).date(), get_language())
    if show != "date":
        words += f" {local.hour:02}:{local.minute:02}"
    exact = local.isoformat("T", "seconds")
    return SafeString(f'<time datetime="{exact}" title="{exact[:10]} {exact[11:19]}">{words}</time>')
