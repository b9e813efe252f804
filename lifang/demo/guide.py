"""What the demo city's people wrote down about their work, and who offers services of daily life in the home street."""

import datetime as dt

from lifang.domains.guidance import actions
from lifang.domains.guidance.actions import Draft
from lifang.domains.guidance.models import Article
from lifang.ground.access.models import User
from lifang.ground.areas.codes import COMMUNITY
from lifang.ground.areas.models import Area

CITED = "national/certificate_opinion"
PUBLISHED = (
    Draft(
        "answer",
        "单位要我开亲属关系证明，怎么办",
        "社区不开。先看户口簿、结婚证、出生医学证明能不能说明；说明不了的，到派出所查户籍档案，或者办公证。\n把《不应出具证明事项清单》给要证明的单位看。",
        matters=["refuse_kinship"],
        documents=[CITED],
    ),
    Draft(
        "answer",
        "领养老金要“健在证明”，怎么办",
        "社区不开。请本人用手机做资格认证；不会用手机的，社区帮着做，行动不便的上门做。",
        matters=["refuse_alive"],
        documents=[CITED],
    ),
    Draft(
        "answer",
        "租房住的人办居住证，社区开什么",
        "能开租住情况证明。带租赁合同和身份证；没有合同的，房东到场或者电话说明，网格员上门看过再开。",
        matters=["certify_lease"],
    ),
    Draft(
        "answer",
        "证件丢了要“遗失证明”，怎么办",
        "社区不开。身份证到派出所补，其他证件到发证的单位补。",
        matters=["refuse_lost_papers"],
        documents=[CITED],
    ),
    Draft(
        "answer",
        "学校要家庭困难证明，怎么办",
        "按学校资助部门的要求，入户了解以后据实说明，只写看到和查到的，不下结论。",
        matters=["certify_hardship"],
    ),
    Draft(
        "wrong",
        "租住证明的日期写早了",
        "来人说从年初住起，没有看合同就照写，后来与合同不符，居住证办不下来。",
        right="日期照合同写；没有合同的，写明“据房东说明”，网格员上门看过再盖章。",
        matters=["certify_lease"],
    ),
    Draft(
        "wrong",
        "给“无犯罪记录”盖了章",
        "用人单位催得急，社区按来人带的格式盖了章，单位不认，白跑两趟。",
        right="不受理。给一次性告知单：到户籍地或居住地派出所开，也可以网上申请。",
        matters=["refuse_no_crime"],
        documents=[CITED],
    ),
    Draft(
        "wrong",
        "低保核对漏看了外地住院",
        "入户时家里没人，按邻居说法填了“在家”，其实住院两个月，补助少算。",
        right="没见到本人的不填“在家”；先打电话，再约时间入户，病历和缴费单拍清楚。",
        matters=["assist_allowance"],
    ),
    Draft(
        "wrong",
        "楼道堆物只劝了一次就结了",
        "上门劝过一次，没有再看，两周后又堆满，居民再次投诉。",
        right="当天劝，三天后回看；再堆的写清位置报消防和城管，社区不自行清走。",
        matters=["assist_fire_check"],
    ),
    Draft(
        "practice",
        "楼道议事长",
        "一栋楼推一位议事长，物业、党员、热心邻居都行。\n每月最后一个周五晚七点，楼下碰头半小时。\n能当场定的当场定，定不了的带到社区议事会。\n定了什么，第二天贴在单元门口。",
        matters=["law_deliberation"],
    ),
    Draft(
        "practice",
        "独居老人“一天一灯”",
        "与老人约好：晚上七点亮一盏朝外的灯。\n邻居、保洁、网格员路过看一眼。\n没亮的先打电话，再敲门。",
        matters=["assist_elder_visit"],
    ),
    Draft(
        "pilot",
        "全岗通试点",
        "两个社区试行一人坐窗口、各线的事都能受理，其余的人下网格。",
        lessons=("先轮岗一个月，再独立坐窗口", "疑难的事当天下班前会商，写进指引", "证明类的事先贴清单，再谈受理"),
        figures="演示数据：试点社区窗口由 4 人减为 1 人；当场办结的占 82%（2026 年第二季度，办件记录）。",
        begun=dt.date(2026, 4, 1),
        ended=dt.date(2026, 6, 30),
        matters=["law_public_affairs"],
        documents=["national/matters_sample"],
    ),
)
WAITING = Draft(
    "wrong",
    "流动人口登记重复上门",
    "同一户一周被两拨人各登记一次。",
    right="出门前先查登记日期，三十天内登记过的不再上门。",
    matters=["assist_floating"],
)
DRAFT = Draft("answer", "晾衣杆占道归谁管", "先问物业；没有物业的，城管处理，社区协助劝导。")
# Name, what, when, price, whether at home.
SERVICES = (
    ("老街理发店", "理发、修面、老人上门理发", "9:00–19:00", "店里 15 元，上门 25 元", "可以上门"),
    ("顺手水电维修", "水管、电路、灯具维修", "8:00–21:00", "上门费 20 元，材料另计", "只上门"),
    ("幸福食堂", "老人助餐、送餐", "11:00–13:00，17:00–18:30", "午餐 12 元，送餐加 2 元", "可以上门"),
    ("洁美家政", "保洁、擦窗、陪护", "8:00–18:00", "每小时 40 元", "只上门"),
    ("小周裁缝", "改裤脚、换拉链", "9:00–18:00", "10 元起", "不上门"),
    ("安康修脚", "修脚、理发、上门护理", "10:00–20:00", "上门 50 元", "可以上门"),
)


def make_guide(street: int, on: dt.date) -> int:
    """A dozen articles of the home street, which another person checked, and two on the way; returns how many."""
    if Article.objects.exists():
        return 0
    street_desk, city_desk, worker = (User.objects.get(username=name) for name in ("jiedao", "paiqian", "shequ"))
    for draft in PUBLISHED:
        article = actions.write(by=street_desk, area=street, draft=draft)
        actions.send(article=article, by=street_desk)
        actions.publish(article=article, by=city_desk, looked=True)
    communities = Area.objects.as_of(on).below(street).at_level(COMMUNITY).order_by("code")
    codes = list(communities.values_list("code", flat=True))
    actions.send(article=actions.write(by=worker, area=codes[0], draft=WAITING), by=worker)
    actions.write(by=worker, area=codes[0], draft=DRAFT)
    adopted = Article.objects.published().filter(kind__in=("practice", "pilot")).order_by("pk")
    for n, article in enumerate(adopted, 2):
        for code in codes[:n]:
            actions.adopt(article=article, by=worker, area=code)
    return len(PUBLISHED) + 2
