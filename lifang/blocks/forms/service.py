"""The public face of the forms: what is known of one, which are alike, what it costs, and sending it."""

from lifang.blocks.forms.alike import Alike, mergeable, similar
from lifang.blocks.forms.costing import cost, minutes
from lifang.blocks.forms.errors import Refused
from lifang.blocks.forms.issuing import issue
from lifang.blocks.forms.knowing import Known, known
from lifang.blocks.forms.making import end, make, newest, revise
from lifang.blocks.forms.models import Edition, Form, Issue, Return

__all__ = [
    "Alike", "Edition", "Form", "Issue", "Known", "Refused", "Return",
    "cost", "end", "issue", "known", "make", "mergeable", "minutes", "newest", "revise", "similar",
]  # fmt: skip
