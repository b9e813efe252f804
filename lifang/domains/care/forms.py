"""What is typed about households."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.domains.care.duties import Worker
from lifang.domains.care.households import Member
from lifang.domains.care.models import Contact
from lifang.ground.access.forms import Day
from lifang.ground.access.ranges import today

WITHOUT, ALL = "without", "all"


class AssignForm(forms.Form):
    """`rest` is how many of `whole` households have nobody; both 1 where it is one household."""

    which = forms.ChoiceField(label=gettext_lazy("哪些住户"), widget=forms.RadioSelect)
    worker = forms.TypedChoiceField(label=gettext_lazy("联系人"), coerce=int)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)

    def __init__(self, *args: Any, people: Iterable[Worker], whole: int, rest: int, one: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["worker"].choices = [  # type: ignore[attr-defined]
            ("", _("请选择")), *((held.user.pk, held.user.name or held.user.username) for held in people)
        ]  # fmt: skip
        if one:
            del self.fields["which"]
        else:
            self.fields["which"].choices = [  # type: ignore[attr-defined]
                (WITHOUT, _("没有联系人的 {n} 户").format(n=rest)),
                (ALL, _("全部 {n} 户，原来有联系人的也换").format(n=whole)),
            ]


class ContactForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("方式"), choices=Contact.Kind.choices, widget=forms.RadioSelect, initial=Contact.Kind.VISIT
    )
    on = Day(label=gettext_lazy("哪一天"), initial=today)
    met = forms.TypedMultipleChoiceField(
        label=gettext_lazy("见到了谁"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, members: Iterable[Member], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["met"].choices = [(member.pk, member.name) for member in members]  # type: ignore[attr-defined]
