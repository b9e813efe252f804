"""How long what was sent to other systems is kept."""

from django.utils.translation import gettext_lazy as _

from lifang.blocks.privacy import retention
from lifang.blocks.privacy.erasing import erase
from lifang.faces.api.models import Delivery

retention.KINDS.append(
    retention.Kind(
        "delivery",
        _("推送给外部系统的内容"),
        lambda before: Delivery.objects.filter(ended_at__lt=before).order_by("pk").values_list("pk", flat=True),
        lambda ids: erase(Delivery, ids),
    )
)
