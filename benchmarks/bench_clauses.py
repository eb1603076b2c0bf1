"""Clauses per second on one core: labels, scopes, and whole cells (split, labels, scope) of texts that never repeat.

Run: ``python benchmarks/bench_clauses.py`` · goal: 100,000 clauses of cells in under 20 s.
"""

from itertools import product
from time import process_time

from zoning.clauses import classify, clauses_of_cell, scope_of

SUBJECTS = ("水泥企业", "印染项目", "10蒸吨以下燃煤锅炉", "数据中心", "园区", "规模养殖场", "两高项目", "制鞋企业废气")
DEMANDS = (
    "应核算碳排放，2028年单位产品碳排放下降12%。",
    "未完成碳排放评价的，不予审批。",
    "2027年底前淘汰。",
    "应编制突发环境事件应急预案并备案。",
    "严格控制新增产能，国家规划内的除外。",
    "能耗应达到标杆水平，用水重复利用率不低于90%。",
)
WANTED, LIMIT = 100_000, 20.0


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
