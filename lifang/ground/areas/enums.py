from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Level(IntegerChoices):
    PROVINCE = 1, _("省级")
    CITY = 2, _("地级")
    COUNTY = 3, _("县级")
    STREET = 4, _("乡级")
    COMMUNITY = 5, _("村级")
    GRID = 6, _("网格")


class Kind(TextChoices):
    PROVINCE = "province", _("省、自治区、直辖市")
    CITY = "city", _("市、地区、州")
    COUNTY = "county", _("县、区、县级市")
    STREET = "street", _("街道")
    TOWN = "town", _("镇")
    TOWNSHIP = "township", _("乡")
    ZONE = "zone", _("开发区、农林场等")
    COMMUNITY = "community", _("社区")
    VILLAGE = "village", _("村")
    QUASI_COMMUNITY = "quasi_community", _("类似社区")
    QUASI_VILLAGE = "quasi_village", _("类似村")
    GRID = "grid", _("网格")
    NON_PLACE = "non_place", _("非居住地")


class Layer(TextChoices):
    GOVERNANCE = "governance", _("治理网格")
    CONSTRUCTION = "construction", _("建管网格")


class ChangeKind(TextChoices):
    LOAD = "load", _("装入")
    IMPORT = "import", _("导入")
    CREATE = "create", _("设立")
    SPLIT = "split", _("拆分")
    MERGE = "merge", _("合并")
    RENAME = "rename", _("更名")
    MOVE = "move", _("划转")
    REDRAW = "redraw", _("调整界线")
