"""Writes to all three stores that count only once they are acknowledged, and what is found of them later."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg
import pymongo
import redis

QUEUE = "kept-queue"


@dataclass
class Acknowledged:
    """How many writes each store has confirmed so far; write ``n`` carries the number ``n``."""

    catalogue: int = 0
    library: int = 0
    queue: int = 0
    enough: threading.Event = field(default_factory=threading.Event)

    def note(self) -> None:
        if min(self.catalogue, self.library, self.queue) >= 100:
            self.enough.set()


def write_until_cut_off(urls: Mapping[str, str]) -> tuple[Acknowledged, list[threading.Thread]]:
    """Write to each store from a thread of its own, as fast as it confirms, until the connection breaks."""
    count = Acknowledged()
    writers = [
        threading.Thread(target=_write_catalogue, args=(urls["DATABASE_URL"], count), daemon=True),
        threading.Thread(target=_write_library, args=(urls["DOCUMENTS_URL"], count), daemon=True),
        threading.Thread(target=_write_queue, args=(urls["REDIS_URL"], count), daemon=True),
    ]
    for writer in writers:
        writer.start()
    return count, writers


def _write_catalogue(url: str, count: Acknowledged) -> None:
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (number integer PRIMARY KEY)")
            while True:
                connection.execute("INSERT INTO kept VALUES (%s)", [count.catalogue])
                count.catalogue += 1
                count.note()
    except psycopg.OperationalError:
        return


def _write_library(url: str, count: Acknowledged) -> None:
    with pymongo.MongoClient(url, serverSelectionTimeoutMS=500, retryWrites=False) as client:
        try:
            while True:
                client.get_default_database().kept.insert_one({"_id": count.library, "body": "x" * 300})
                count.library += 1
                count.note()
        except pymongo.errors.PyMongoError:
            return


def _write_queue(url: str, count: Acknowledged) -> None:
    with redis.Redis.from_url(f"{url}/1", retry=None) as client:
        try:
            while True:
                client.rpush(QUEUE, count.queue)
                count.queue += 1
                count.note()
        except redis.RedisError:
            return


def missing(urls: Mapping[str, str], count: Acknowledged) -> dict[str, set[int]]:
    """The acknowledged writes that are not there; empty sets when nothing is lost."""
    with psycopg.connect(urls["DATABASE_URL"]) as connection:
        catalogue = {row[0] for row in connection.execute("SELECT number FROM kept")}
    with pymongo.MongoClient(urls["DOCUMENTS_URL"]) as client:
        library = {item["_id"] for item in client.get_default_database().kept.find({}, {"_id": 1})}
    with redis.Redis.from_url(f"{urls['REDIS_URL']}/1") as client:
        queue = {int(item) for item in client.lrange(QUEUE, 0, -1)}
    return {
        "catalogue": set(range(count.catalogue)) - catalogue,
        "library": set(range(count.library)) - library,
        "queue": set(range(count.queue)) - queue,
    }
