"""How much is seeded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Totals of one data set.

    ``long_threads`` are the posts of its longest topics, part of ``posts``; ``long_conversation`` of messages.
    """

    organizations: int
    people: int
    topics: int
    posts: int
    use_cases: int
    long_threads: tuple[int, ...]
    conversations: int
    messages: int
    long_conversation: int
    notifications: int


SCALES = {
    "tiny": Scale(
        organizations=4, people=20, topics=30, posts=300, use_cases=12, long_threads=(70, 25),
        conversations=8, messages=120, long_conversation=60, notifications=100,
    ),
    "small": Scale(
        organizations=10, people=100, topics=500, posts=5_000, use_cases=50, long_threads=(100, 20),
        conversations=100, messages=2_000, long_conversation=500, notifications=10_000,
    ),
    "medium": Scale(
        organizations=100, people=1_000, topics=5_000, posts=50_000, use_cases=500, long_threads=(1_000, 200),
        conversations=1_000, messages=20_000, long_conversation=5_000, notifications=100_000,
    ),
    "large": Scale(
        organizations=1_000, people=10_000, topics=50_000, posts=500_000, use_cases=5_000,
        long_threads=(10_000, 2_000),
        conversations=10_000, messages=200_000, long_conversation=50_000, notifications=1_000_000,
    ),
    # Ten times the stories of "large", little of anything else.
    "library": Scale(
        organizations=1_000, people=3_000, topics=500, posts=5_000, use_cases=50_000, long_threads=(100, 20),
        conversations=100, messages=2_000, long_conversation=500, notifications=10_000,
    ),
}  # fmt: skip
