"""What residents and staff fill in to report an event."""

import datetime as dt
import hashlib
import json
import re
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.cases.lifecycle import FINGERPRINT, MAX_TEXT
from lifang.blocks.packs import service as packs
from lifang.domains.grid.actions import Report
from lifang.ground.access import vault
from lifang.ground.files import store, uploads
from lifang.ground.files.store import Kept

OTHER = "other"
PHONE = re.compile(r"[\d\s+()()-]{5,20}")


def category_choices(area: int, on: dt.date) -> list[tuple[str, Any]]:
    """All categories in their major classes, for a select."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for category in packs.categories(area, on):
        groups.setdefault(category.major_title, []).append((category.code, category.title))
    return [("", _("请选择")), *groups.items()]


class ReportForm(forms.Form):
    """A whole report; pages show parts of it and carry the rest along in hidden inputs."""

    use_required_attribute = False

    key = forms.CharField(required=False)
    text = forms.CharField(
        label=gettext_lazy("什么事？"),
        validators=[
            MaxLengthValidator(
                MAX_TEXT, gettext_lazy("写了 %(show_value)s 个字，最多 %(limit_value)s 个字。写的都还在，请删短一些。")
            )
        ],
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("请写一写看到的情况，几个字也可以。")},
    )
    category = forms.CharField(required=False)
    listed = forms.CharField(label=gettext_lazy("全部类别"), required=False)
    place_text = forms.CharField(
        label=gettext_lazy("地点"),
        error_messages={"required": gettext_lazy("请写出地点，或者用“用我的位置”取位置。")},
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    phone = forms.CharField(
        label=gettext_lazy("电话"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "type": "tel"}),
    )
    name = forms.CharField(
        label=gettext_lazy("怎么称呼"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    wants_answer = forms.BooleanField(label=gettext_lazy("办完以后请打电话告诉我"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area, self.on = settings.CONFIG.area, timezone.localdate()
        self.photos: list[Kept] = []
        self.over = 0

    def take_photos(self, kept_before: list[str], fresh: list[Kept]) -> None:
        """Pictures kept on an earlier page, by fingerprint, and those that came now; nine at most."""
        wanted = [sha for sha in dict.fromkeys(kept_before) if FINGERPRINT.fullmatch(sha)]
        before = [kept for sha in wanted[: uploads.MOST] if (kept := store.look_up(sha))]
        everything = list({kept.sha256: kept for kept in (*before, *fresh)}.values())
        self.photos, self.over = everything[: uploads.MOST], len(everything) - uploads.MOST

    def clean_key(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid.uuid4()

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if phone and (not PHONE.fullmatch(phone) or len(vault.phone_digits(phone)) < 5):
            raise forms.ValidationError(_("电话要填 5 到 20 位数字，如 13800000000；也可以不填。"))
        return phone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._one_category(data)
        if not {"lon", "lat"}.isdisjoint(self.errors):
            self.errors.pop("lon", None)
            self.errors.pop("lat", None)
            data["lon"] = data["lat"] = None
            self.add_error("place_text", _("位置没有取到，请重新取一次，或者写出地址。"))
        if data.get("lon") is None or data.get("lat") is None:
            data["lon"] = data["lat"] = None
        elif self.has_error("place_text", "required"):
            del self.errors["place_text"]
            data["place_text"] = ""
        if data.get("wants_answer") and not data.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("要电话告诉您结果，请留电话。"))
        return data

    def _one_category(self, data: dict[str, Any]) -> None:
        chosen = data.get("category", "")
        if chosen in ("", OTHER):
            chosen = data.get("listed", "")
        data["category"] = chosen
        try:
            packs.category(chosen, self.area, self.on)
        except packs.NoRule:
            self.add_error("category", _("请选一项最接近的；选错了也没关系，受理人员会更正。"))

    def report(self, channel: str = "web", **more: Any) -> Report:
        data = self.cleaned_data
        return Report(
            category=data["category"],
            text=data["text"],
            channel=channel,
            place_text=data["place_text"],
            lon=data["lon"],
            lat=data["lat"],
            name=data["name"],
            phone=data["phone"],
            wants_answer=data["wants_answer"],
            photos=self.photos,
            **more,
        )

    def sending_key(self, decision: str = "") -> uuid.UUID:
        """The same for the same form with the same content, so that a repeated send changes nothing."""
        data = {name: str(value) for name, value in self.cleaned_data.items()}
        content = json.dumps([data, [photo.sha256 for photo in self.photos], decision], sort_keys=True)
        return uuid.uuid5(self.cleaned_data["key"], hashlib.sha256(content.encode()).hexdigest())


class ProxyForm(ReportForm):
    """A report that staff file for somebody who phones, stands at the counter or wrote on paper."""

    channel = forms.ChoiceField(
        label=gettext_lazy("来源"),
        choices=[
            ("phone", gettext_lazy("来电")),
            ("counter", gettext_lazy("来访（柜台）")),
            ("paper", gettext_lazy("纸质")),
        ],
        widget=forms.RadioSelect,
        initial="phone",
    )
    consent = forms.ChoiceField(
        label=gettext_lazy("当事人怎样同意代报的"),
        choices=[
            ("phone", gettext_lazy("电话里同意")),
            ("present", gettext_lazy("本人在场同意")),
            ("written", gettext_lazy("书面同意")),
            ("guardian", gettext_lazy("监护人或家人同意")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选当事人怎样同意代报的。")},
    )
    person = forms.IntegerField(required=False, widget=forms.HiddenInput)


class DisputeForm(ProxyForm):
    """A dispute; where the community has no mediator, somebody of the street stands in."""

    stand_in = forms.IntegerField(label=gettext_lazy("代任调解员"), required=False)

    def offer(self, mediators: list[tuple[str, str]]) -> None:
        self.fields["stand_in"].widget = forms.RadioSelect(choices=mediators)


class FindForm(forms.Form):
    """A case number and the telephone number left with it."""

    number = forms.CharField(
        label=gettext_lazy("案件编号"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请填案件编号，在回执上。")},
    )
    phone = forms.CharField(
        label=gettext_lazy("当时留的电话"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "type": "tel"}),
        error_messages={"required": gettext_lazy("请填当时留的电话。")},
    )
