"""How well repeated reports are told from different ones, on invented reports with known answers.

Events arise in a dense quarter. Each is told by one to four people in their own words, a few metres and hours apart,
sometimes under a neighbouring category. A pair of reports within 150 m and 72 h is a candidate, as on the platform.
Coefficients are fitted on one half of the subjects and judged on the other, whose words they have not seen.
`python -m bench.duplicates` prints the fitted coefficients.
"""

import datetime as dt
import math
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import django
import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifang.settings")
django.setup()

from lifang.blocks.packs import service as packs  # noqa: E402
from lifang.domains.grid import duplicates  # noqa: E402

Floats = NDArray[np.float64]
CITY = 360100 * 10**9
SEED, HOURS = 20260302, 24.0 * 14
EVENTS_PER_KM2 = 280  # in the two weeks

# (category, a category it is mistaken for, ways of saying it)
SUBJECTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("06042", "06010", ("垃圾桶满了没人收", "垃圾箱溢出来,一地都是", "好几天没清运垃圾,苍蝇到处飞", "桶装不下了,袋子堆在外面", "臭死了,垃圾没人拉走")),
    ("06010", "06042", ("路边一堆垃圾", "有人乱扔生活垃圾没人扫", "空地成了垃圾场", "垃圾散落一地,味道很大", "地上全是塑料袋和剩饭")),
    ("11020", "01037", ("路灯不亮,晚上很黑", "灯坏了看不见路", "好几盏路灯都灭了", "夜里漆黑一片,怕摔跤", "照明坏了半个月没人修")),
    ("01002", "01003", ("井盖没了很危险", "窨井盖塌下去一块", "下水井盖子不见了", "井口敞着,差点踩空", "井盖破了一个大洞")),
    ("09009", "09012", ("车乱停挡住出口", "私家车堵在门口出不去", "汽车违停,把路占了", "一辆白车停在路中间", "停车太乱,轮椅过不了")),
    ("09012", "09009", ("消防通道被堵了", "消防车道停满车", "救援通道摆了东西", "通道上全是车,着火怎么办", "消防登高面被占")),
    ("06028", "08001", ("晚上太吵睡不着", "音响声音开得很大", "广场舞喇叭吵人", "半夜还在放音乐", "噪音扰民,孩子没法学习")),
    ("08001", "06028", ("工地半夜施工", "打桩声音震得慌", "夜间还在倒混凝土", "施工噪音太大", "凌晨挖机还在响")),
    ("11013", "06030", ("下水道堵了往外冒", "化粪池满了,臭水横流", "污水漫到单元门口", "粪水流了一地", "管道堵塞反水")),
    ("10003", "06030", ("路面积水过不去", "下雨就淹,水到小腿", "门口积了一大滩水", "排水不畅,路成了河", "内涝,车熄火了")),
    ("11001", "09012", ("楼道堆满杂物", "楼梯间放了很多纸箱", "过道被旧家具占了", "邻居在走廊堆东西", "楼道里放鞋柜和自行车")),
    ("11005", "11010", ("电梯坏了", "电梯停在半路不动", "电梯老是故障,困过人", "电梯停运,老人下不了楼", "坐电梯突然往下掉")),
    ("06001", "06036", ("有人搭违建", "楼顶私自加盖房子", "院子里搭棚子", "一楼往外扩了一间", "在露台上盖阳光房")),
    ("06013", "08003", ("路上有个大坑", "路面塌陷", "人行道砖都翘起来了", "坑坑洼洼,骑车摔跤", "地面裂了,高低不平")),
    ("09001", "09006", ("有小贩摆摊", "流动摊位占路卖菜", "三轮车停路口叫卖水果", "摆地摊的堵住了路", "卖小吃的推车天天来")),
    ("10004", "04002", ("树倒了压住路", "大树枝断了掉下来", "树歪得厉害要倒", "风刮断树枝挂在半空", "断枝挡住人行道")),
    ("11015", "11004", ("狗天天叫", "遛狗不牵绳,吓到孩子", "大狗扑人", "狗屎没人清理", "养了好几条狗,吵得很")),
    ("06045", "04013", ("有人在绿地种菜", "花坛被挖了种葱", "草坪被占了停车", "把树砍了改菜地", "绿化被毁了")),
)  # fmt: skip
BEFORE = ("", "", "您好,", "我要反映,", "请问有人管吗,", "昨天路过看到", "我是住户,", "师傅,")
AFTER = (
    "",
    "",
    "。请尽快处理",
    ",已经好几天了",
    ",老人小孩不方便",
    ",麻烦派人来看看",
    "!!",
    ",打过电话没人来",
    ",谢谢",
)


@dataclass(frozen=True)
class Said:
    """One report: metres east and north in the quarter, hours since its beginning; `event` is the answer."""

    event: int
    subject: int
    category: str
    x: float
    y: float
    hour: float
    text: str


def reports(seed: int, events: int) -> list[Said]:
    """Reports of `events` events in order of time; about four in ten repeat an earlier one."""
    rng = random.Random(seed)
    side = 1000 * math.sqrt(events / EVENTS_PER_KM2)
    found = []
    for event in range(events):
        subject = rng.randrange(len(SUBJECTS))
        building, x, y = rng.randrange(1, 30), rng.random() * side, rng.random() * side
        begins = rng.random() * HOURS
        for _ in range(rng.choices((1, 2, 3, 4), (55, 25, 13, 7))[0]):
            found.append(_said(rng, event, subject, building, x, y, begins))
    return sorted(found, key=lambda said: said.hour)


def _said(rng: random.Random, event: int, subject: int, building: int, x: float, y: float, begins: float) -> Said:
    code, mistaken, ways = SUBJECTS[subject]
    where = rng.choices(
        (f"{building}栋", f"{building}号楼", f"{building}幢门口", f"{building + 1}栋", ""), (32, 18, 10, 5, 35)
    )[0]
    text = rng.choice(BEFORE) + where + rng.choice(ways) + rng.choice(AFTER)
    if rng.random() < 0.2:
        text += ",还有" + rng.choice(rng.choice(SUBJECTS)[2])
    spread = rng.choice((8.0, 20.0, 45.0))
    return Said(
        event, subject, mistaken if rng.random() < 0.2 else code, x + rng.gauss(0, spread), y + rng.gauss(0, spread),
        begins + min(rng.expovariate(1 / 14.0), 71.0), text,
    )  # fmt: skip


@cache
def title(category: str) -> str:
    return packs.category(category, CITY, dt.date(2026, 3, 2)).title


def pairs(said: Sequence[Said]) -> tuple[Floats, Floats, NDArray[np.int64], list[tuple[Said, Said]]]:
    """Features (as the platform computes them), answers, the later report's place, and the pairs themselves."""
    rows, answers, later, both = [], [], [], []
    for j, new in enumerate(said):
        for old in reversed(said[:j]):
            metres, hours = math.hypot(new.x - old.x, new.y - old.y), new.hour - old.hour
            if hours > duplicates.WINDOW.total_seconds() / 3600:
                break
            if metres <= duplicates.NEAR_METRES:
                rows.append(
                    duplicates.features(
                        same_category=new.category == old.category, same_class=new.category[:2] == old.category[:2],
                        metres=metres, hours=hours, new=new.text, old=f"{title(old.category)},{old.text}",
                    )
                )  # fmt: skip
                answers.append(new.event == old.event)
                later.append(j)
                both.append((new, old))
    return np.array(rows), np.array(answers, dtype=float), np.array(later), both


def fit(features: Floats, answers: Floats, penalty: float = 1.0) -> Floats:
    """Logistic regression by Newton's method, intercept first."""
    x = np.column_stack([np.ones(len(features)), features])
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (p - answers) + penalty * weights
        curvature = (x * (p * (1 - p))[:, None]).T @ x + penalty * np.eye(len(weights))
        weights -= np.linalg.solve(curvature, gradient)
    return weights


def auc(scores: Floats, answers: Floats) -> float:
    order = scores.argsort(kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    right = answers.sum()
    return float((ranks[answers == 1].sum() - right * (right + 1) / 2) / (right * (len(answers) - right)))


def average_precision(scores: Floats, answers: Floats) -> float:
    ordered = answers[(-scores).argsort(kind="stable")]
    return float((ordered * np.cumsum(ordered) / np.arange(1, len(ordered) + 1)).sum() / ordered.sum())


def split(said: Sequence[Said], half: int) -> list[Said]:
    return [one for one in said if one.subject % 2 == half]


def scored(features: Floats) -> Floats:
    """The score that the platform gives."""
    return np.array([duplicates.score(row) for row in features])


def by_hand(features: Floats) -> Floats:
    """What was used before: 0.3 for the category, 0.2 for nearness, 0.5 for the words."""
    return 0.3 * features[:, 0] + 0.2 * (1 - features[:, 2]) + 0.5 * features[:, 4]


def place_and_time(features: Floats) -> Floats:
    return 1 - features[:, 2] + 0.5 * (1 - features[:, 3])


def row(name: str, value: float, baseline: float, target: float) -> dict[str, object]:
    return {
        "name": f"duplicates: {name}", "value": round(value, 4), "unit": "share", "baseline": round(baseline, 4),
        "ratio": round(value / baseline, 3) if baseline else None, "target": f">= {target}", "met": value >= target,
    }  # fmt: skip


def run(full: bool) -> list[dict[str, object]]:
    """AUC and AP of pairs, precision and recall of what is offered; the baseline knows place and time only."""
    said = split(reports(SEED + 1, 4000 if full else 1500), 1)
    features, answers, later, _both = pairs(said)
    scores, plain = scored(features), place_and_time(features)
    offered = scores >= duplicates.OFFER_FROM
    # The baseline at a threshold that offers as many.
    plainly = plain >= np.sort(plain)[-int(offered.sum())]
    repeats = len(set(later[answers == 1]))
    caught, plainly_caught = (len(set(later[(answers == 1) & chosen])) for chosen in (offered, plainly))
    return [
        row("AUC of candidate pairs", auc(scores, answers), auc(plain, answers), 0.9),
        row("average precision", average_precision(scores, answers), average_precision(plain, answers), 0.8),
        row("precision of offers", float(answers[offered].mean()), float(answers[plainly].mean()), 0.75),
        row("repeats offered the right case", caught / repeats, plainly_caught / repeats, 0.75),
    ]


def main() -> None:
    features, answers, _later, _both = pairs(split(reports(SEED, 5000), 0))
    weights = fit(features, answers)
    print("fitted on", len(answers), "pairs,", int(answers.sum()), "repeats")
    print("INTERCEPT, WEIGHTS =", [round(float(w), 2) for w in weights])
    features, answers, later, both = pairs(split(reports(SEED + 1, 4000), 1))
    fitted = 1 / (1 + np.exp(-(np.column_stack([np.ones(len(features)), features]) @ weights)))
    for name, scores in (
        ("place and time", place_and_time(features)), ("by hand", by_hand(features)),
        ("words only", features[:, 4]), ("fitted", fitted), ("in the code", scored(features)),
    ):  # fmt: skip
        print(f"{name:<16} AUC {auc(scores, answers):.3f}  AP {average_precision(scores, answers):.3f}")
    repeats = len(set(later[answers == 1]))
    print(f"{len(features)} candidate pairs, {repeats} reports that repeat one before")
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        offered = scores >= threshold
        caught = len(set(later[(answers == 1) & offered]))
        print(f"from {threshold}: precision {answers[offered].mean():.3f}  repeats offered {caught / repeats:.3f}")
    old = by_hand(features) >= 0.5
    caught = len(set(later[(answers == 1) & old]))
    print(f"by hand from 0.5: precision {answers[old].mean():.3f}  repeats offered {caught / repeats:.3f}")


if __name__ == "__main__":
    main()
