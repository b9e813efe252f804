"""The sheets of four departments about the same made-up residents, each with its own columns, headers and habits."""

import datetime as dt
import io
from collections.abc import Sequence

import numpy as np
import polars as pl
import xlsxwriter

from lifang.demo.residents import CHILD, HEAD, SPOUSE, TODAY, Column, Residents

# Each department's columns in its own order: its header, and the element that stands below it.
SHEETS: dict[str, dict[str, str]] = {
    "police": {
        "姓名": "name", "公民身份号码": "number", "性别": "sex", "出生日期": "birth", "民族": "nation", "户号": "household_number",
        "与户主关系": "relation", "户籍地址": "registered_address", "现住址": "address", "所属社区": "place",
        "婚姻状况": "marital", "联系电话": "phone",
    },
    "civil_affairs": {
        "姓名": "name", "身份证号": "number", "性别": "sex", "出生年月": "birth", "家庭住址": "address", "社区": "place",
        "联系电话": "phone", "是否低保": "low_income", "月补助金额": "allowance", "残疾等级": "disability", "婚姻状况": "marital",
    },
    "health": {
        "居民姓名": "name", "证件号码": "number", "性别": "sex", "出生日期": "birth", "本人电话": "phone", "现住址": "address",
        "村（居）委会": "place", "健康状况": "health", "慢性病": "chronic", "文化程度": "education", "民族": "nation",
    },
    "human_resources": {
        "姓名": "name", "社会保障号码": "number", "性别": "sex", "出生日期": "birth", "手机号码": "phone", "通讯地址": "address",
        "所在社区": "place", "参加基本养老保险": "insured", "工作单位": "employer", "学历": "education",
    },
}  # fmt: skip
EMPLOYERS = (
    "机床厂",
    "纺织厂",
    "第三中学",
    "人民医院",
    "公交公司",
    "自来水公司",
    "百货大楼",
    "个体经营",
    "物业公司",
    "邮政局",
)
ILLNESSES = ("高血压", "糖尿病", "冠心病", "慢阻肺", "脑卒中")
MARRIES_FROM, LEARNED_FROM, ADULT = 22, 16, 18
Given = Sequence[str]


def sheet(people: Residents, rows: pl.DataFrame, communities: Given) -> pl.DataFrame:
    """`rows` (some of `files`) with a column for every element that a department may hold."""
    who, ages = rows["truth"].to_numpy(), _ages(people)
    rng = np.random.default_rng(len(people))
    every = {
        "household_number": np.char.add("H", np.char.zfill(people.home.astype(str), 7)),
        "relation": np.select(
            [people.role == HEAD, people.role == SPOUSE, people.role == CHILD],
            ["户主", "配偶", np.where(people.male, "子", "女")],
            "父母",
        ),
        "nation": _choice(rng, people, ("汉族", "回族", "满族", "畲族"), (0.96, 0.02, 0.01, 0.01)),
        "marital": np.select(
            [people.role == SPOUSE, ages < MARRIES_FROM],
            ["已婚", "未婚"],
            _choice(rng, people, ("已婚", "未婚", "丧偶"), (0.6, 0.3, 0.1)),
        ),
        "education": np.where(
            ages < LEARNED_FROM, "", _choice(rng, people, ("初中", "高中", "本科", "小学"), (0.4, 0.3, 0.2, 0.1))
        ),
        "politics": np.where(
            ages < ADULT, "群众", _choice(rng, people, ("群众", "中共党员", "共青团员"), (0.82, 0.1, 0.08))
        ),
        "employer": np.where(ages < ADULT, "", _choice(rng, people, EMPLOYERS)),
        "insured": _choice(rng, people, ("是", "否"), (0.8, 0.2)),
        "low_income": _choice(rng, people, ("否", "是"), (0.97, 0.03)),
        "disability": _choice(rng, people, ("", "二级", "三级", "四级"), (0.95, 0.01, 0.02, 0.02)),
        "health": _choice(
            rng, people, ("健康或良好", "一般或较弱", "有慢性病", "神经或精神疾病"), (0.745, 0.15, 0.1, 0.005)
        ),
        "chronic": np.where(ages > 60, _choice(rng, people, ("", *ILLNESSES)), ""),
        "registered_address": _registered(people),
        "place": np.array(communities)[(people.homes["gate"][people.home] - 1) % len(communities)],
    }
    every["allowance"] = np.where(every["low_income"] == "是", _choice(rng, people, ("420", "560", "735.5")), "")
    return rows.with_columns(pl.Series(name, values[who]) for name, values in every.items())


def _choice(rng: np.random.Generator, people: Residents, words: Given, shares: Sequence[float] | None = None) -> Column:
    return rng.choice(np.array(words), len(people), p=shares)


def _ages(people: Residents) -> Column:
    return (TODAY - people.birth).astype(int) // 365


def _registered(people: Residents) -> Column:
    road, gate = people.homes["road"][people.home], people.homes["gate"][people.home].astype(str)
    return np.char.add(np.char.add(road, gate), "号")


def of_department(rows: pl.DataFrame, department: str) -> pl.DataFrame:
    """What one department would send: its rows of a `sheet`, under its own headers."""
    mine = rows.filter(pl.col("source") == department)
    return mine.select(pl.col(element).alias(header) for header, element in SHEETS[department].items())


def as_csv(rows: pl.DataFrame, encoding: str) -> bytes:
    return rows.write_csv().encode(encoding, errors="replace")


def as_xlsx(rows: pl.DataFrame, title: str, on: dt.date) -> bytes:
    """As offices make them: a merged title, a line of notes, the headers, the rows, and a note below."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page, bold = book.add_worksheet("Sheet1"), book.add_format({"bold": True, "align": "center"})
        page.merge_range(0, 0, 0, rows.width - 1, title, bold)
        page.write(1, 0, f"填报日期：{on:%Y年%m月%d日}")
        page.write_row(2, 0, rows.columns, bold)
        for number, row in enumerate(rows.iter_rows(), 3):
            page.write_row(number, 0, row)
        page.write(rows.height + 4, 0, "说明：以上数据仅供社区核对使用")
    return out.getvalue()
