"""Topics of demands on carbon and of zones: what a demand and a clause that answers it have in common."""

from __future__ import annotations

from functools import cache, lru_cache

from zoning.clauses.lexicon import Lexicon
from zoning.clauses.normalise import normalise
from zoning.tables import read

__all__ = ["requirement_of", "topic_label", "topic_words", "topics_of"]


@cache
def topic_words() -> Lexicon:
    """Return the rules of ``tables/demand_topics.csv``."""
    return Lexicon(read("demand_topics"))


@lru_cache(maxsize=50_000)
def topics_of(text: str) -> frozenset[str]:
    """Return the topics of a clause or demand.

    Examples
    --------
    >>> sorted(topics_of("新上用煤项目落实煤炭替代。"))
    ['COAL_REPLACE']
    """
    return frozenset(hit.value for hit in topic_words().all("topic", normalise(text).text))


def requirement_of(topics: frozenset[str]) -> str:
    """Return the type of requirement that topics stand for, the first of the table; "" if none says."""
    rows = (row["requirement"] for row in read("demand_topics") if row["value"] in topics)
    return next((kind for kind in rows if kind), "")


def topic_label(topic: str, lang: str = "zh") -> str:
    """Return the words for a topic.

    Examples
    --------
    >>> topic_label("WASTE_HEAT"), topic_label("SINK", "en")
    ('余热利用与集中供热', 'carbon sinks')
    """
    column = "en" if lang == "en" else "zh"
    return next((row[column] for row in read("demand_topics") if row["value"] == topic), topic)
