"""Clauses per second, labels and scopes, on one core.

Run: ``python benchmarks/bench_clauses.py``
"""

from itertools import product
from time import perf_counter

from zoning.clauses import classify, scope_of

SUBJECTS = ("水泥企业", "印染项目", "10蒸吨以下燃煤锅炉", "数据中心", "园区", "规模养殖场", "两高项目", "制鞋企业废气")
DEMANDS = (
    "应核算碳排放，2028年单位产品碳排放下降12%。",
    "未完成碳排放评价的，不予审批。",
    "2027年底前淘汰。",
    "应编制突发环境事件应急预案并备案。",
    "严格控制新增产能，国家规划内的除外。",
    "能耗应达到标杆水平，用水重复利用率不低于90%。",
)


def rate(judge, texts, seconds=1.0):
    """Texts judged per second of wall clock, best of the rounds that fit in."""
    best, end = 0.0, perf_counter() + seconds
    while perf_counter() < end:
        start = perf_counter()
        for text in texts:
            judge(text)
        best = max(best, len(texts) / (perf_counter() - start))
    return best


if __name__ == "__main__":
    clauses = ["".join(pair) for pair in product(SUBJECTS, DEMANDS)]
    first = perf_counter()
    classify(clauses[0])
    print(f"first clause {perf_counter() - first:.3f} s")
    print(f"labels {rate(classify, clauses):,.0f} clauses/s")
    print(f"scopes {rate(scope_of, clauses):,.0f} clauses/s (labels included)")
