"""Clauses per second on one core: labels, scopes, and whole cells (split, labels, scope) of texts that never repeat.

Run: ``python benchmarks/bench_clauses.py`` · goal: 100,000 clauses of cells in under 20 s; what 44,604 units (a
province of the largest kind) inherit of 30 upper clauses in under 10 s.
"""

from itertools import product
from time import process_time

from zoning.clauses import AccessList, Clause, classify, clauses_of_cell, scope_of
from zoning.clauses.inheritance import inherited

SUBJECTS = ("水泥企业", "印染项目", "10蒸吨以下燃煤锅炉", "数据中心", "园区", "规模养殖场", "两高项目", "制鞋企业废气")
DEMANDS = (
    "应核算碳排放，2028年单位产品碳排放下降12%。",
    "未完成碳排放评价的，不予审批。",
    "2027年底前淘汰。",
    "应编制突发环境事件应急预案并备案。",
    "严格控制新增产能，国家规划内的除外。",
    "能耗应达到标杆水平，用水重复利用率不低于90%。",
)
HEADS = ("", "重点管控单元内", "晋江市", "大气受体敏感区")
WANTED, LIMIT = 100_000, 20.0
UNITS, UPPERS = 44_604, 30


def distinct(count):
    """Clauses of which no two are equal: a place of its own in front of each."""
    clauses = ["".join(pair) for pair in product(SUBJECTS, DEMANDS)]
    return [f"第{number}片区内，{clauses[number % len(clauses)]}" for number in range(count)]


def seconds(judge, texts):
    """Seconds of processor time for 100,000 texts, from those given."""
    start = process_time()
    for text in texts:
        judge(text)
    return (process_time() - start) * WANTED / len(texts)


def lists(units, uppers):
    """Lists of units with six clauses each, and a city's list in which one clause of four names its addressees."""
    demands = ["".join(pair) for pair in product(SUBJECTS, DEMANDS)]
    codes = [f"ZH3505{number % 80:02d}{number % 3 + 1}{number:05d}" for number in range(units)]
    own = [
        Clause(code, "unit", "P", f"{number % 997}号地块{demands[(number + turn) % len(demands)]}")
        for number, code in enumerate(codes)
        for turn in range(6)
    ]
    upper = [Clause("350500", "city", "P", f"{HEADS[number % 4]}{demands[number]}") for number in range(uppers)]
    return [AccessList("unit", own), AccessList("city", upper)]


def whole(text):
    return clauses_of_cell(text, code="ZH35058220001", level="unit", cell="I5")


def test_a_hundred_thousand_clauses_in_time(benchmark):
    texts = distinct(3000)
    whole(texts[0])
    spent = benchmark.pedantic(lambda: seconds(whole, texts[1:]), rounds=1, iterations=1)
    assert spent < LIMIT


if __name__ == "__main__":
    texts = distinct(20_000)
    first = process_time()
    classify(texts[0])
    print(f"first clause {process_time() - first:.3f} s")
    for name, judge in (("labels", classify), ("labels and scopes", scope_of), ("cells", whole)):
        print(f"{name}: {seconds(judge, texts):.1f} s for {WANTED:,}")
    start = process_time()
    given = lists(UNITS, UPPERS)
    listed = process_time()
    inherited(given)
    print(f"lists of {UNITS:,} units {listed - start:.1f} s, inherited {process_time() - listed:.1f} s")
