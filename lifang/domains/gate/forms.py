"""What is typed to ask something of communities."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.forms import LimitField
from lifang.blocks.matters import columns
from lifang.blocks.matters.words import PERIODS, SENDINGS
from lifang.blocks.packs import service as packs
from lifang.domains.gate.applying import money_and_day
from lifang.domains.gate.approvals import LONGEST, PARTS, on_record
from lifang.domains.gate.words import AROUND, CHANNELS
from lifang.ground.access.forms import Day, PlaceField
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import today
from lifang.ground.areas.codes import COMMUNITY, GRID, ancestors, span
from lifang.ground.areas.models import Area
from lifang.ground.clock.limits import Limit
from lifang.ground.typed import whole

PAPER = tuple(f"paper_{name}" for name in PARTS)
MOST = 400
"""Of days or hours within which an answer may be asked for."""
LEVELS = {COMMUNITY: gettext_lazy("社区（村）"), GRID: gettext_lazy("网格")}


def elements_of(unit: Unit | None) -> list[tuple[str, str]]:
    """The data elements for which a unit may ask, for picking: name and title."""
    return [(name, one.title) for name, one in packs.elements(unit.area if unit else 0).items()]


class ColumnsField(forms.CharField):
    """What communities are to type, one a line, as matters.columns reads it."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=columns.LONGEST, **options)

    def clean(self, value: Any) -> Any:
        try:
            return columns.read(str(super().clean(value)))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


COLUMNS = gettext_lazy("数据项里没有、要社区自己填的，一行一列：名称（类型，单位），如 拟补贴人数（数字，人）。")


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
            number = whole(amount) or float(amount)
            if not 0 < number <= MOST:
                raise ValueError
            return Limit(number, unit)  # type: ignore[arg-type]
        except ValueError:
            words = _("时限要填数量（最多 {n}）和单位，按天计的填整数。").format(n=MOST)
            raise forms.ValidationError(words) from None

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
    elements = forms.MultipleChoiceField(
        label=gettext_lazy("要哪些数据"), required=False, widget=forms.SelectMultiple({"size": "6"}),
        help_text=gettext_lazy("要数据的，写明要哪些；要填表的，到「表单」里做表，登记册里有的自己填好。"),
    )  # fmt: skip
    columns = ColumnsField(
        label=gettext_lazy("要新填哪些列"), required=False, widget=forms.Textarea({"rows": 2}), help_text=COLUMNS
    )  # fmt: skip
    approval = forms.ChoiceField(
        label=gettext_lazy("凭哪个批准"), required=False,
        help_text=gettext_lazy("检查、考核和挂牌要先批准。按准入事项下达的，不选就凭它的准入。"),
    )  # fmt: skip
    paper_number = forms.CharField(label=PARTS["number"], max_length=LONGEST, required=False)
    paper_body = forms.CharField(label=PARTS["body"], max_length=LONGEST, required=False)
    paper_title = forms.CharField(label=PARTS["title"], max_length=LONGEST, required=False)
    paper_date = Day(label=PARTS["date"], required=False)
    emergency = forms.BooleanField(label=gettext_lazy("应急任务，马上要办"), required=False)
    field_order = (
        "matter",
        "kind",
        "title",
        "text",
        "elements",
        "columns",
        "below",
        "level",
        "only",
        "limit",
        "approval",
        *PAPER,
        "emergency",
    )

    def __init__(self, *args: Any, unit: Unit | None, **options: Any) -> None:
        super().__init__(*args, **options)
        found = on_record(unit, today()) if unit else []
        self.fields["approval"].choices = [("", _("不用批准，或者凭准入")), *found]  # type: ignore[attr-defined]
        self.fields["elements"].choices = elements_of(unit)  # type: ignore[attr-defined]

    @property
    def paper(self) -> list[forms.BoundField]:
        """The parts of a document from outside, which are shown folded."""
        return [self[name] for name in PAPER]

    @property
    def by_paper(self) -> bool:
        return any(bound.data or bound.errors for bound in self.paper)

    def clean(self) -> dict[str, Any]:
        """`approval` becomes the number that was picked, or the parts of a document from outside."""
        data = super().clean() or self.cleaned_data
        given = {name: str(data.pop(f"paper_{name}", None) or "") for name in PARTS}
        if not any(given.values()):
            return data
        if data.get("approval"):
            self.add_error("approval", _("选了已批准的，就不用再写系统外的文件；请只留一样。"))
        for name, title in PARTS.items():
            if not given[name] and not self.has_error(f"paper_{name}"):
                self.add_error(f"paper_{name}", _("系统外的批准文件要写{what}。").format(what=title))
        return {**data, "approval": given}


class ApplyForm(forms.Form):
    """An application for admission; what is lacking of the three conditions may be supplied later, but an amount has its day."""

    title = forms.CharField(label=gettext_lazy("事项名称"), max_length=120)
    why = forms.CharField(label=gettext_lazy("为什么要社区做"), max_length=2000, widget=forms.Textarea({"rows": 3}))
    area = PlaceField(label=gettext_lazy("在哪里实施"))
    sends = forms.MultipleChoiceField(
        label=gettext_lazy("以什么方式下达"),
        choices=list(SENDINGS.items()),
        widget=forms.CheckboxSelectMultiple({"class": "inline"}),
    )
    basis = forms.CharField(
        label=gettext_lazy("法律法规依据"), max_length=300, required=False,
        help_text=gettext_lazy("写到文件和条款；没有依据的不能准入。"),
    )  # fmt: skip
    responsible = forms.CharField(label=gettext_lazy("责任主体"), max_length=120, required=False)
    people = forms.CharField(
        label=gettext_lazy("人员保障"), max_length=300, required=False,
        help_text=gettext_lazy("谁来带、谁来帮，部门出几个人。"),
    )  # fmt: skip
    training = forms.CharField(label=gettext_lazy("培训保障"), max_length=300, required=False)
    payer = forms.ChoiceField(label=gettext_lazy("由谁出钱"), required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("每处每期经费（元）"), min_value=0, max_digits=9, decimal_places=2, initial=0
    )
    paid_on = Day(
        label=gettext_lazy("第一期经费哪天到账"), required=False,
        help_text=gettext_lazy("准入时自动记成承诺，以后每期顺延；过了日子没到账的，社区可以不接。"),
    )  # fmt: skip
    hours = forms.DecimalField(
        label=gettext_lazy("每处每期工时"), min_value=0, max_digits=5, decimal_places=1, initial=0,
        help_text=gettext_lazy("一个社区每期大约要几个小时。"),
    )  # fmt: skip
    power = forms.CharField(
        label=gettext_lazy("随附权限"), max_length=300, required=False,
        help_text=gettext_lazy("社区可以查什么、要求什么；有责没有权的会标出来。"),
    )  # fmt: skip
    period = forms.ChoiceField(label=gettext_lazy("频次"), choices=list(PERIODS.items()))
    since = Day(label=gettext_lazy("从哪天起"))
    until = Day(label=gettext_lazy("到哪天止"), required=False, help_text=gettext_lazy("长期的留空。"))
    elements = forms.MultipleChoiceField(
        label=gettext_lazy("要社区报哪些数据"), required=False, widget=forms.SelectMultiple({"size": "8"}),
        help_text=gettext_lazy("可以选多项；不要数据的不选。"),
    )  # fmt: skip
    columns = ColumnsField(
        label=gettext_lazy("要社区新填哪些列"), required=False, widget=forms.Textarea({"rows": 3}), help_text=COLUMNS
    )  # fmt: skip
    known = forms.CharField(
        label=gettext_lazy("已查过哪些现有数据"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("本部门和共享数据里已有的，不再向社区要。"),
    )  # fmt: skip
    emergency = forms.BooleanField(label=gettext_lazy("应急准入：马上要办，先办后补"), required=False)

    def __init__(self, *args: Any, unit: Unit | None, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = [(name, one.title) for name, one in packs.units().items() if name != "community_committee"]
        self.fields["payer"].choices = [("", _("没有经费")), *kinds]  # type: ignore[attr-defined]
        self.fields["elements"].choices = elements_of(unit)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "amount" in data and "paid_on" in data and not data.get("emergency"):
            try:
                money_and_day(data["amount"], data["paid_on"])
            except Refused as refused:
                self.add_error(refused.field, refused.message)
        return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


class HearForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("社区的意见"), choices=[("yes", gettext_lazy("同意")), ("no", gettext_lazy("不同意"))],
        widget=forms.RadioSelect({"class": "inline"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("不同意的要写：做不了、重复了、没有权限、没有人手。"),
    )  # fmt: skip


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("表格（Excel 或 CSV）"))


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("撤回的原因"), max_length=200)


class AnswerForm(forms.Form):
    """What a community says of what reached it; `done` is the act that does it, with its words."""

    act = forms.ChoiceField(label=gettext_lazy("怎么样"), widget=forms.RadioSelect({"class": "inline"}))
    minutes = forms.IntegerField(
        label=gettext_lazy("全社区用了几分钟"), min_value=1, max_value=10_000, required=False,
        help_text=gettext_lazy("留空就按下达时算的；有异议的不用填。"),
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("说明"), max_length=500, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("有异议的写理由；不写居民的姓名和电话。"),
    )  # fmt: skip

    def __init__(self, *args: Any, done: tuple[str, Any], objection: tuple[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["act"].choices = [done, objection]  # type: ignore[attr-defined]


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
