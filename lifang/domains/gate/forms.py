"""What is typed to ask something of communities."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.cases.forms import LimitField
from lifang.blocks.matters.words import SENDINGS
from lifang.domains.gate.words import AROUND, CHANNELS
from lifang.ground.access.forms import Day, PlaceField
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, GRID, ancestors, span
from lifang.ground.areas.models import Area
from lifang.ground.clock.limits import Limit
from lifang.ground.typed import whole

LEVELS = {COMMUNITY: gettext_lazy("社区（村）"), GRID: gettext_lazy("网格")}


class Placed(forms.Form):
    """Below which place, at which level, to all or to some, within which limit."""

    levels = LEVELS

    below = PlaceField(label=gettext_lazy("哪个地方之下"))
    level = forms.TypedChoiceField(label=gettext_lazy("由哪一级接收"), coerce=int)
    only = forms.CharField(
        label=gettext_lazy("只发给这些地方"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("一行一个名称或代码；留空就发给这一级的全部地方。"),
    )
    limit = LimitField(label=gettext_lazy("回报时限"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["level"].choices = list(self.levels.items())  # type: ignore[attr-defined]

    def clean_limit(self) -> Limit:
        amount, _space, unit = str(self.cleaned_data["limit"]).partition(" ")
        try:
            return Limit(whole(amount) or float(amount), unit)  # type: ignore[arg-type]
        except ValueError:
            raise forms.ValidationError(_("时限要填数量和单位，按天计的填整数。")) from None

    def clean_only(self) -> list[int]:
        return [self._place(line) for line in self.cleaned_data["only"].split("\n") if line.strip()]

    def _place(self, line: str) -> int:
        words, data = line.strip(), self.cleaned_data
        if "below" not in data or "level" not in data:
            raise forms.ValidationError(_("请先选好地方和层级。"))
        within = Area.objects.as_of(timezone.localdate()).below(data["below"]).at_level(data["level"])
        wanted = Q(name=words) if (code := whole(words)) is None else Q(code=code)
        codes = list(within.filter(wanted).values_list("code", flat=True)[:2])
        if len(codes) != 1:
            raise forms.ValidationError(_("没有找到唯一叫「{words}」的地方，请改写代码。").format(words=words[:40]))
        return codes[0]


class SendForm(Placed):
    matter = forms.CharField(
        label=gettext_lazy("依据哪个事项"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"list": "matters"}),
        help_text=gettext_lazy("清单里的事项名称，或准入编号；应急任务可以不填。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("下达方式"), choices=list(SENDINGS.items()))
    title = forms.CharField(label=gettext_lazy("标题"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("要求"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    approval = forms.CharField(
        label=gettext_lazy("批准文件"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("检查、考核和挂牌要写明批准的文号。"),
    )
    emergency = forms.BooleanField(label=gettext_lazy("应急任务，马上要办"), required=False)
    field_order = ("matter", "kind", "title", "text", "below", "level", "only", "limit", "approval", "emergency")


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("撤回的原因"), max_length=200)


class AroundForm(forms.Form):
    """What came around the gate to the community `area`."""

    area = PlaceField(label=gettext_lazy("哪个社区"))
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("哪个单位要求的"), empty_label=gettext_lazy("请选择")
    )
    channel = forms.ChoiceField(label=gettext_lazy("怎样要求的"), choices=[(name, CHANNELS[name]) for name in AROUND])
    title = forms.CharField(label=gettext_lazy("要社区做什么"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("原话"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("不写居民的姓名和电话。"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("是什么"), choices=list(SENDINGS.items()))
    on = Day(label=gettext_lazy("哪天"), initial=today)
    minutes = forms.IntegerField(
        label=gettext_lazy("已经花了几分钟"), min_value=0, max_value=10_000, required=False,
        help_text=gettext_lazy("没有做就留空。"),
    )  # fmt: skip

    def __init__(self, *args: Any, area: int, **options: Any) -> None:
        super().__init__(*args, **options)
        below = span(area)
        near = Q(area__in=ancestors(area)) | Q(area__gte=below.start, area__lt=below.stop)
        above = Unit.objects.filter(near, active=True).exclude(kind="community_committee")
        self.fields["unit"].queryset = above.order_by("-area", "name")  # type: ignore[attr-defined]

    def clean_on(self) -> Any:
        if self.cleaned_data["on"] > today():
            raise forms.ValidationError(_("日期不能晚于今天。"))
        return self.cleaned_data["on"]
