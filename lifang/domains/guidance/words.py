"""Words for what the trail keeps of the guide."""

from django.utils.translation import gettext_lazy as _

from lifang.ground.trail import words

words.WHAT |= {
    "guide.write": _("起草指引文章"),
    "guide.edit": _("修改指引文章"),
    "guide.send": _("把指引文章送核"),
    "guide.return": _("退回指引文章修改"),
    "guide.publish": _("核对并发布指引文章"),
    "guide.confirm": _("核对指引文章仍然适用"),
    "guide.withdraw": _("撤下指引文章"),
    "guide.names": _("核对指引里有没有居民的姓名"),
    "guide.adopted": _("社区采用一种做法"),
    "guide.dropped": _("社区不再采用一种做法"),
}
words.KINDS |= {"article": _("指引文章")}
