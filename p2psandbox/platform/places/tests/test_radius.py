"""Things within a radius, against counting them one by one."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from p2psandbox.platform.places.models import City
from p2psandbox.platform.places.radius import FURTHEST_KM, Point, box_around, distance_km, within
from p2psandbox.platform.places.tests.factories import CityFactory, some_cities

latitudes = st.floats(-90, 90, allow_nan=False)
longitudes = st.floats(-180, 180, allow_nan=False)
points = st.builds(Point, latitudes, longitudes)
radii = st.one_of(st.floats(0, 500), st.floats(0, FURTHEST_KM))


@given(points, points, radii)
@example(Point(0, 180), Point(0, -180), 0.001)
@example(Point(89.9, 0), Point(89.9, 180), 23)
@example(Point(-90, 0), Point(-89, 77), 112)
@example(Point(60, 179), Point(60.5, -179), 130)
@settings(max_examples=2000, deadline=None)
def test_no_point_within_the_radius_is_outside_the_box(center: Point, point: Point, radius: float) -> None:
    if distance_km(center, point) <= radius:
        assert box_around(center, radius).holds(point)


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_never_beyond_the_far_side(one: Point, other: Point) -> None:
    there = distance_km(one, other)
    assert there == pytest.approx(distance_km(other, one), abs=1e-6)
    assert 0 <= there <= FURTHEST_KM + 1e-6


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (Point(51.33962, 12.37129), Point(51.05089, 13.73832), 100.4),  # Leipzig, Dresden
        (Point(0, 179.5), Point(0, -179.5), 111.2),
        (Point(90, 0), Point(90, 123), 0),
        (Point(0, 0), Point(0, 180), FURTHEST_KM),
    ],
)
def test_known_distances(one: Point, other: Point, km: float) -> None:
    assert distance_km(one, other) == pytest.approx(km, abs=0.5)


def test_a_box_is_no_larger_than_it_has_to_be() -> None:
    box = box_around(Point(50, 10), 100)
    assert (round(box.south, 2), round(box.north, 2)) == (49.1, 50.9)
    ((west, east),) = box.spans
    assert 2.7 < east - west < 2.9


@pytest.mark.django_db
def test_the_database_counts_as_we_do() -> None:
    chance = random.Random(7)
    places = [(chance.uniform(-90, 90), chance.uniform(-180, 180)) for _ in range(150)]
    # Crowds where it is hard: around both poles, on both sides of the date line.
    places += [(chance.choice((-1, 1)) * chance.uniform(86, 90), chance.uniform(-180, 180)) for _ in range(100)]
    places += [
        (chance.uniform(-70, 70), chance.choice((-180, 180)) + chance.uniform(0, 4) * chance.choice((-1, 1)))
        for _ in range(100)
    ]
    places = [(at, (along + 180) % 360 - 180) for at, along in places] + [(0.0, 180.0), (0.0, -180.0), (90.0, 0.0)]
    City.objects.bulk_create(
        CityFactory.build(latitude=latitude, longitude=longitude) for latitude, longitude in places
    )
    rows = [(pk, Point(*at)) for pk, *at in City.objects.values_list("pk", "latitude", "longitude")]
    centers = [Point(*at) for at in chance.sample(places, 25)] + [Point(90, 0), Point(-90, 50), Point(0, 180)]
    for center in centers:
        for radius in (0.0, 5.0, 120.0, 900.0, 4_000.0, 15_000.0, FURTHEST_KM + 1):
            expected = {pk for pk, point in rows if distance_km(center, point) <= radius}
            found = within(City.objects.all(), center, radius)
            assert set(found.values_list("pk", flat=True)) == expected, (center, radius)


@pytest.mark.django_db
def test_across_the_date_line_neighbours_are_near() -> None:
    some_cities()
    found = {city.name: city.distance_km for city in within(City.objects.all(), Point(-18.14, 178.44), 1000)}
    assert set(found) == {"Suva", "Nuku‘alofa"}
    assert found["Nuku‘alofa"] == pytest.approx(744, abs=5)
