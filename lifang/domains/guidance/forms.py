"""What is typed of an article."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.matters import queries as matters
from lifang.blocks.packs import service as packs
from lifang.domains.guidance.actions import Draft
from lifang.domains.guidance.models import Article
from lifang.domains.guidance.queries import home
from lifang.ground.access.forms import Day, PlaceField

MOST_TEXT, MOST_LESSONS, MOST_LESSON = 4000, 20, 500
MAIN = {
    "answer": (gettext_lazy("问的是什么"), gettext_lazy("怎么答"), gettext_lazy("一句话说清能不能办、找谁、带什么；再写细节。")),
    "wrong": (gettext_lazy("错在哪一类事"), gettext_lazy("错在哪里"), gettext_lazy("写事情和错处，不写人名、电话、证件号和门牌。")),
    "practice": (gettext_lazy("做法名称"), gettext_lazy("步骤"), gettext_lazy("一步一行，别的社区照着就能做。")),
    "pilot": (gettext_lazy("试点名称"), gettext_lazy("试了什么"), ""),
}  # fmt: skip
OWN = {"right": ("wrong",), "lessons": ("pilot",), "figures": ("pilot",), "begun": ("pilot",), "ended": ("pilot",)}


class ArticleForm(forms.Form):
    title = forms.CharField(max_length=120)
    text = forms.CharField(max_length=MOST_TEXT, widget=forms.Textarea({"rows": 7}))
    right = forms.CharField(label=gettext_lazy("正确办法"), max_length=MOST_TEXT, widget=forms.Textarea({"rows": 5}))
    lessons = forms.CharField(
        label=gettext_lazy("经验"), required=False, widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy("一条一行。没有总结的先空着。"),
    )  # fmt: skip
    figures = forms.CharField(
        label=gettext_lazy("数据"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("写明出处和哪一天的数。"),
    )  # fmt: skip
    begun = Day(label=gettext_lazy("开始日期"))
    ended = Day(label=gettext_lazy("总结日期"), required=False)
    matters = forms.MultipleChoiceField(
        label=gettext_lazy("相关事项"), required=False, widget=forms.SelectMultiple({"size": 8})
    )
    documents = forms.MultipleChoiceField(
        label=gettext_lazy("依据文件"), required=False, widget=forms.SelectMultiple({"size": 6})
    )
    area = PlaceField(label=gettext_lazy("适用的地方"))

    def __init__(self, *args: Any, kind: str, place: int, on: dt.date, article: Article | None = None, **options: Any):
        super().__init__(*args, **options)
        self.kind = kind
        fields: dict[str, Any] = self.fields
        fields["title"].label, fields["text"].label, fields["text"].help_text = MAIN[kind]
        for name, kinds in OWN.items():
            if kind not in kinds:
                del fields[name]
        if article:
            del fields["area"]
        listed = {name: one.title for name, one in matters.at(home(place), on).items()}
        cited = {
            f"{pack.name}/{name}": source.title
            for pack in packs.line_of(packs.pack_for(home(place)).name)
            for name, source in pack.sources.items()
        }
        # What an article already rests on stays to choose, though the list or library no more has it.
        kept = article or Article()
        fields["matters"].choices = [*listed.items(), *((one, one) for one in kept.matters if one not in listed)]
        fields["documents"].choices = [*cited.items(), *((one, one) for one in kept.documents if one not in cited)]

    def clean_lessons(self) -> list[str]:
        lessons = [line.strip() for line in self.cleaned_data["lessons"].splitlines() if line.strip()]
        if len(lessons) > MOST_LESSONS or any(len(one) > MOST_LESSON for one in lessons):
            raise forms.ValidationError(_("最多 {n} 条，每条最多 {m} 个字。").format(n=MOST_LESSONS, m=MOST_LESSON))
        return lessons

    def draft(self) -> Draft:
        given = {name: value for name, value in self.cleaned_data.items() if name != "area"}
        return Draft(kind=self.kind, **given)


def initial(article: Article) -> dict[str, Any]:
    """An article as its form shows it."""
    same = ("title", "text", "right", "figures", "begun", "ended", "matters", "documents")
    return {**{name: getattr(article, name) for name in same}, "lessons": "\n".join(article.lessons)}
