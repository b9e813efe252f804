"""What is typed for the calendar, for approvals and for rounds."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.packs import service as packs
from lifang.domains.gate.forms import PAPER, SendForm
from lifang.domains.meter.plates import PLATE
from lifang.ground.access.forms import Day, PlaceField
from lifang.ground.areas.codes import COMMUNITY

CALLED = (
    ("meeting", gettext_lazy("会议")),
    ("inspection", gettext_lazy("检查")),
    ("appraisal", gettext_lazy("考核评比")),
)


class OccasionForm(SendForm):
    """A meeting, inspection or appraisal: what the gate asks, and the days, the place and how long."""

    levels = {COMMUNITY: gettext_lazy("社区（村）")}

    since = Day(label=gettext_lazy("从哪天"))
    until = Day(label=gettext_lazy("到哪天"), required=False, help_text=gettext_lazy("只有一天的留空。"))
    venue = forms.CharField(label=gettext_lazy("在哪里"), max_length=80, required=False)
    items = forms.CharField(
        label=gettext_lazy("看什么、讲什么"), max_length=400, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("一行一项；和别人同一周看一样的，系统会建议合并。"),
    )  # fmt: skip
    persons = forms.IntegerField(label=gettext_lazy("每个社区几人"), min_value=1, max_value=50, initial=1)
    minutes = forms.IntegerField(label=gettext_lazy("每人大约几分钟"), min_value=5, max_value=10_000)
    field_order = (
        "kind", "matter", "title", "text", "since", "until", "venue", "items", "persons", "minutes", "below", "level",
        "only", "limit", "approval", *PAPER, "emergency",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"] = forms.ChoiceField(label=_("种类"), choices=CALLED)
        self.fields["approval"].help_text = _(
            "检查凭准入或批准；考核评比和超过限额的，只认本系统的批准，没有的先申请。"
        )
        del self.fields["limit"], self.fields["level"], self.fields["elements"], self.fields["columns"]
        self.order_fields(self.field_order)

    def clean_only(self) -> list[int]:
        self.cleaned_data["level"] = COMMUNITY
        return super().clean_only()

    def clean_items(self) -> list[str]:
        found = [line.strip() for line in self.cleaned_data["items"].split("\n") if line.strip()]
        if any(len(line) > 40 for line in found):
            raise forms.ValidationError(_("一项最多 40 个字。"))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("结束的日子不能早于开始的日子。"))
        return data


class LearningForm(forms.Form):
    area = PlaceField(label=gettext_lazy("哪个社区"))
    title = forms.CharField(label=gettext_lazy("学什么、交流什么"), max_length=120)
    since = Day(label=gettext_lazy("哪天"))
    venue = forms.CharField(label=gettext_lazy("在哪里"), max_length=80, required=False)
    persons = forms.IntegerField(label=gettext_lazy("几人"), min_value=1, max_value=200, initial=1)
    minutes = forms.IntegerField(label=gettext_lazy("几分钟"), min_value=5, max_value=10_000)


class HeldForm(forms.Form):
    persons = forms.IntegerField(label=gettext_lazy("每个社区来了几人"), min_value=1, max_value=200)
    minutes = forms.IntegerField(label=gettext_lazy("实际几分钟"), min_value=1, max_value=10_000)


class MergeForm(forms.Form):
    into = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    reason = forms.CharField(label=gettext_lazy("为什么合并"), max_length=100)


class AskForm(forms.Form):
    """A plate or an appraisal that needs an approval."""

    what = forms.ChoiceField(
        label=gettext_lazy("申请什么"),
        choices=(("plate", gettext_lazy("新挂一块牌子")), ("appraisal", gettext_lazy("办一次检查考核"))),
    )
    area = PlaceField(label=gettext_lazy("在哪里"))
    matter = forms.CharField(
        label=gettext_lazy("依据哪个事项（牌子填）"), max_length=120, required=False,
        widget=forms.TextInput({"list": "matters"}),
        help_text=gettext_lazy("准入时可以挂牌的事项，名称或编号；没有的先申请准入。"),
    )  # fmt: skip
    words = forms.CharField(label=gettext_lazy("牌子上的字，或者考评的名称"), max_length=80)
    basis = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, help_text=gettext_lazy("法律法规或文件，写到条款。")
    )
    side = forms.ChoiceField(label=gettext_lazy("挂在（牌子填）"), required=False)
    sort = forms.ChoiceField(label=gettext_lazy("哪一块（牌子填）"), required=False)
    office = forms.CharField(label=gettext_lazy("哪个办公地点（牌子填）"), max_length=80, required=False)

    def __init__(self, *args: Any, place: int, **options: Any) -> None:
        super().__init__(*args, **options)
        columns = packs.register_kinds(place)[PLATE].columns
        for name in ("side", "sort"):
            self.fields[name].choices = [("", _("请选择")), *columns[name].options.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("what") == "plate":
            for name in ("matter", "side", "sort", "office"):
                if not data.get(name):
                    self.add_error(name, _("挂牌要填这一项。"))
        return data


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label=gettext_lazy("决定"),
        choices=(("approve", gettext_lazy("批准")), ("refuse", gettext_lazy("不予批准"))),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=gettext_lazy("依据或理由"), max_length=500, widget=forms.Textarea({"rows": 2}))


class PlaceForm(forms.Form):
    area = PlaceField(label=gettext_lazy("哪个地方之下"))
