"""Looking around the library: facets with numbers, places, distances, words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from p2psandbox.platform.places.radius import Point
from p2psandbox.platform.places.tests.factories import some_cities
from usecases.actions import drafts, lifecycle
from usecases.actions.search import reindex
from usecases.models import Status, UseCase, UseCaseMetric
from usecases.presenting import distance
from usecases.queries import Facets, Filters, Near, facets, listing
from usecases.tests.factories import UseCaseFactory, draft, published

LIST, JSON = reverse("usecases:list"), reverse("api:use_cases")


def numbers(found: Facets, name: str) -> dict[str, int]:
    return {one.value: one.count for one in found.choices[name]}


@pytest.fixture
def library(ben: User, lina: User) -> None:
    """Five stories: three of metals (one in Jordan), two of food."""
    rows = [
        (ben, "metals", "quality", "DE", "under_10k", ["PLC", "Camera"], "Scrap"),
        (ben, "metals", "energy", "DE", "10k_50k", ["PLC"], "Energy"),
        (lina, "metals", "energy", "JO", "", ["Inverter"], "energy"),
        (lina, "food", "quality", "JO", "under_10k", ["Camera"], "Scrap"),
        (ben, "food", "quality", "DE", "under_10k", ["plc", "Camera"], "Scrap"),
    ]
    for author, industry, category, country, budget, names, metric in rows:
        row = UseCaseFactory(
            author=author, industry=industry, category=category, country=country, budget_range=budget,
            technologies=names, technology_keys=[name.casefold() for name in names],
        )  # fmt: skip
        UseCaseMetric.objects.create(use_case=row, position=0, name=metric, result="1")


def test_facets_count_what_each_choice_leaves(library: None, lina: User) -> None:
    found = facets(lina.actor, Filters())
    assert found.total == 5
    assert numbers(found, "industry") == {"metals": 3, "food": 2}
    assert numbers(found, "technology") == {"plc": 3, "camera": 3, "inverter": 1}
    assert numbers(found, "measured") == {"scrap": 3, "energy": 2}
    assert numbers(found, "budget_range") == {"under_10k": 3, "10k_50k": 1}
    assert sum(numbers(found, "organization").values()) == 5


def test_facets_respect_the_other_filters_but_not_their_own(library: None, lina: User) -> None:
    found = facets(lina.actor, Filters(industry="food", country="DE"))
    assert found.total == 1
    assert numbers(found, "industry") == {"metals": 2, "food": 1}
    assert numbers(found, "country") == {"DE": 1, "JO": 1}
    assert numbers(found, "category") == {"quality": 1}


def test_technologies_add_up(library: None, lina: User) -> None:
    found = facets(lina.actor, Filters(technology=("PLC", "camera")))
    assert found.total == 2
    assert numbers(found, "technology") == {"plc": 2, "camera": 2}


@pytest.mark.parametrize(
    "filters",
    [
        Filters(), Filters(industry="metals"), Filters(technology=("camera",)), Filters(measured="ENERGY"),
        Filters(budget_range="under_10k", country="DE"), Filters(organization="bolt-co", category="quality"),
    ],
)  # fmt: skip
def test_every_number_is_the_length_of_the_list_it_leads_to(filters: Filters, library: None, lina: User) -> None:
    from dataclasses import replace

    found = facets(lina.actor, filters)
    assert found.total == listing(lina.actor, filters).count()
    for name, choices in found.choices.items():
        for choice in choices:
            chosen = (*filters.technology, choice.value) if name == "technology" else choice.value
            narrowed = replace(filters, **{name: chosen})
            assert choice.count == listing(lina.actor, narrowed).count(), (name, choice)


def test_facets_never_count_what_one_may_not_see(ben: User, ada: User, lina: User) -> None:
    draft(ben, industry="food")
    published(ben, ada)
    visitor = Client().get(JSON).json()
    assert visitor["count"] == 0
    assert all(not choices for choices in visitor["facets"].values())
    found = facets(lina.actor, Filters())
    assert numbers(found, "industry") == {"metals": 1}
    assert numbers(facets(lina.actor, Filters(status="draft")), "industry") == {}
    assert numbers(facets(ben.actor, Filters(status="draft")), "industry") == {"food": 1}


def test_what_is_unpublished_leaves_the_numbers_at_once(
    ben: User, ada: User, lina: User, django_capture_on_commit_callbacks: Any
) -> None:
    row = published(ben, ada)
    assert facets(lina.actor, Filters()).total == 1
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.unpublish(actor=ada.actor, use_case_id=row.pk)
    assert facets(lina.actor, Filters()).total == 0


def test_page_and_json_take_the_same_filters(library: None, client: Client, api_client: APIClient, lina: User) -> None:
    query = "?industry=metals&technology=PLC&technology=camera&measured=scrap&budget_range=under_10k"
    client.force_login(lina)
    api_client.force_login(lina)
    answer = api_client.get(JSON + query).json()
    html = client.get(LIST + query).content.decode()
    assert answer["count"] == 1
    assert answer["facets"]["technology"] == [
        {"value": "camera", "label": "Camera", "count": 1}, {"value": "plc", "label": "PLC", "count": 1},
    ]  # fmt: skip
    assert "1 use case" in html
    assert html.count('aria-current="true"') >= 5


def test_a_choice_is_a_link_that_keeps_the_rest(library: None, client: Client, lina: User) -> None:
    client.force_login(lina)
    html = client.get(f"{LIST}?industry=metals&country=DE&page=1").content.decode()
    assert 'href="?industry=metals&amp;country=DE&amp;technology=plc"' in html
    assert 'href="?country=DE"' in html


@pytest.mark.parametrize("query", ["", "?industry=metals&technology=PLC&country=DE&budget_range=under_10k"])
def test_the_list_with_facets_takes_few_queries(
    query: str, library: None, client: Client, lina: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(lina)
    with django_assert_max_num_queries(6):
        client.get(LIST + query)


# -- Places ------------------------------------------------------------------------------------------------


def story_in(author: User, city: str, country: str, **columns: Any) -> UseCase:
    row = draft(author, title=f"Sensors in {city}", location={"city": city, "country": country}, **columns)
    assert author.organization is not None
    admin = User.objects.get(organization=author.organization, role="admin")
    return lifecycle.publish(actor=admin.actor, use_case_id=row.pk)


@pytest.fixture
def places(ben: User, ada: User, lina: User, kamal: User) -> None:
    some_cities()
    story_in(ben, "Leipzig", "DE")
    story_in(ben, "Dresden", "DE")
    story_in(lina, "عمّان", "JO")
    story_in(lina, "Nowhere", "JO")


def test_a_city_places_its_story(places: None) -> None:
    leipzig = UseCase.objects.get(city="Leipzig")
    assert (leipzig.latitude, leipzig.longitude) == (51.33962, 12.37129)
    assert UseCase.objects.get(city="عمّان").latitude == 31.95522
    assert UseCase.objects.get(city="Nowhere").latitude is None


def test_coordinates_follow_the_city_unless_somebody_gave_them(ben: User) -> None:
    some_cities()
    row = draft(ben, location={"city": "Leipzig", "country": "DE"})
    save = lambda **location: drafts.save_draft(actor=ben.actor, use_case_id=row.pk, changes={"location": location})  # noqa: E731 -- short
    assert save(city="Dresden").latitude == 51.05089
    assert save(city="Nowhere").latitude is None
    assert save(city="Leipzig", latitude=51.3, longitude=12.3).latitude == 51.3
    assert save(site="Hall 2").latitude == 51.3
    assert save(latitude=None, longitude=None).latitude is None
    assert save(site="Hall 3").latitude is None


def test_near_a_city_the_nearest_come_first_with_their_distance(places: None, client: Client, lina: User) -> None:
    client.force_login(lina)
    html = client.get(f"{LIST}?near=Dresden&radius_km=150&ordering=distance").content.decode()
    assert html.index("Sensors in Dresden") < html.index("Sensors in Leipzig")
    assert "100\u00a0km" in html
    assert "Sensors in Nowhere" not in html
    assert "within 150\u00a0km of Dresden" in html


@pytest.mark.parametrize(
    ("km", "said"),
    [(0, "less than 1 km"), (0.96, "less than 1 km"), (1, "1\u00a0km"), (1.6, "2\u00a0km"), (2500, "2,500\u00a0km")],
)
def test_a_distance_is_said_by_one_rule(km: float, said: str) -> None:
    assert distance(km) == said


def test_a_radius_below_a_kilometre_stays_what_it_is(places: None, client: Client) -> None:
    html = client.get(f"{LIST}?near=Dresden&radius_km=0.4").content.decode()
    assert '<option value="0.4" selected>less than 1 km</option>' in html
    assert "within less than 1 km of Dresden" in html


def test_json_measures_the_same(places: None, api_client: APIClient, lina: User) -> None:
    api_client.force_login(lina)
    near = {"near": "51.05089,13.73832", "radius_km": 150, "ordering": "distance"}
    answer = api_client.get(JSON, near).json()
    assert [(row["location"]["city"], row["distance_km"]) for row in answer["results"]] == [
        ("Dresden", 0.0), ("Leipzig", 100.5),
    ]  # fmt: skip
    assert answer["count"] == 2
    assert {one["value"]: one["count"] for one in answer["facets"]["country"]} == {"DE": 2}


@pytest.mark.parametrize(
    ("params", "attr"),
    [
        ({"near": "91,0"}, "near"), ({"near": "0,181"}, "near"), ({"near": "1;2"}, "near"), ({"near": "Xyzzy"}, "near"),
        ({"near": "nan,1"}, "near"), ({"near": "0,0", "radius_km": -1}, "radius_km"), ({"radius_km": 5}, "radius_km"),
        ({"near": "0,0", "radius_km": 30_000}, "radius_km"), ({"ordering": "distance"}, "ordering"),
        ({"near": "0,0", "radius_km": "nan"}, "radius_km"),
    ],
)  # fmt: skip
def test_places_that_are_none_are_refused(params: dict[str, Any], attr: str, api_client: APIClient, lina: User) -> None:
    some_cities()
    api_client.force_login(lina)
    answer = api_client.get(JSON, params)
    assert answer.status_code == 400, answer.json()
    assert answer.json()["errors"][0]["attr"] == attr


@pytest.mark.parametrize("query", ["?near=Xyzzy", "?near=91,0", "?ordering=distance"])
def test_on_the_page_they_are_said_and_left_out(query: str, places: None, client: Client, lina: User) -> None:
    client.force_login(lina)
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    assert "Sensors in Leipzig" in answer.content.decode()


def test_a_city_is_found_by_any_of_its_names(places: None, lina: User) -> None:
    for name in ("Amman", "amman", "عمان", "Ammán"):
        assert [row.city for row in listing(lina.actor, Filters(city=name))] == ["عمّان"]
    assert listing(lina.actor, Filters(city="nowhere")).count() == 1


def test_stories_across_the_date_line_are_near(ben: User, lina: User) -> None:
    UseCaseFactory(author=ben, latitude=-17.0, longitude=-179.5)
    near = Near(Point(-17.0, 179.5), 200)
    (row,) = listing(lina.actor, Filters(near=near))
    assert 100 < row.distance_km < 110


def test_choosing_a_city_keeps_its_own_coordinates(client: Client, ben: User) -> None:
    some_cities()
    row = draft(ben, location={"city": "Leipzig", "country": "DE"})
    client.force_login(ben)
    address = reverse("usecases:edit", args=[row.pk, 1])
    assert 'value="51.33962;12.37129;DE;Leipzig"' in client.get(address).content.decode()
    page = {"title": row.title, "industry": "metals", "country": "DE", "city": "Frankfurt (Oder)"}
    client.post(address, page | {"position": "52.5;14.5;DE;Frankfurt (Oder)"})
    row.refresh_from_db()
    assert (row.latitude, row.longitude) == (52.5, 14.5)
    client.post(address, page | {"city": "Dresden", "position": "52.5;14.5;DE;Frankfurt (Oder)"})
    row.refresh_from_db()
    assert row.latitude == 51.05089
    client.post(address, page | {"city": "Dresden", "position": "x;y;DE;Dresden"})
    row.refresh_from_db()
    assert row.latitude == 51.05089


# -- Words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("compressors", True), ("compressor", True), ("vibra", True), ("6ES7-314", True), ("6ES7314", True),
        ("6es7 314", True), ("الضاغط", True), ("ضاغط", True), ('"vibration sensors"', True),
        ("compressor -vibration", False),
        ("laser", False), ("the", False), ("laser or compressor", True), ("Bolt", True),
    ],
)  # fmt: skip
def test_words_are_found_in_any_form(words: str, found: bool, ben: User, ada: User, lina: User) -> None:
    published(ben, ada, technologies=["PLC 6ES7 314"], summary="قياس اهتزاز الضواغط على الضاغط")
    assert listing(lina.actor, Filters(search=words)).exists() is found


def test_the_best_match_comes_first(ben: User, ada: User, lina: User) -> None:
    title = published(ben, ada, title="Welding robots in a small shop")
    published(ben, ada, problem="<p>The welding took long.</p>")
    assert listing(lina.actor, Filters(search="welding")).first() == title
    assert listing(lina.actor, Filters(search="welding", ordering="-published_at")).first() != title


def test_vectors_of_an_older_recipe_are_made_anew(ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    before = UseCase.objects.values_list("search_vector", flat=True).get(pk=row.pk)
    UseCase.objects.update(search_vector=None, search_recipe=0)
    assert not listing(lina.actor, Filters(search="compressor")).exists()
    assert reindex() == 1
    assert reindex() == 0
    assert UseCase.objects.values_list("search_vector", flat=True).get(pk=row.pk) == before


# -- Map and related ---------------------------------------------------------------------------------------

MAP, GEOJSON = reverse("usecases:map"), reverse("api:use_case_locations")


def test_the_map_and_its_geojson_hold_the_list_s_stories(
    places: None, client: Client, api_client: APIClient, lina: User
) -> None:
    client.force_login(lina)
    api_client.force_login(lina)
    found = api_client.get(GEOJSON, {"country": "DE"}).json()
    assert found["type"] == "FeatureCollection"
    assert {one["properties"]["location"]["city"] for one in found["features"]} == {"Leipzig", "Dresden"}
    leipzig = next(one for one in found["features"] if one["properties"]["location"]["city"] == "Leipzig")
    assert leipzig["geometry"] == {"type": "Point", "coordinates": [12.37129, 51.33962]}
    html = client.get(MAP).content.decode()
    assert "3 use cases on the map" in html
    assert "1 without a known place" in html
    assert 'aria-label="Leipzig, Germany: 1 use case"' in client.get(f"{MAP}?country=DE").content.decode()


def test_stories_that_fall_together_are_one_mark(ben: User, client: Client, lina: User) -> None:
    for step in range(3):
        UseCaseFactory(author=ben, city="Leipzig", latitude=51.3 + step / 10, longitude=12.4)
    UseCaseFactory(author=ben, city="Suva", latitude=-18.1, longitude=178.4)
    client.force_login(lina)
    html = client.get(MAP).content.decode()
    assert html.count('class="map__spot"') == 2
    assert "Leipzig, Germany: 3 use cases" in html


def test_visitors_see_public_places_only(ben: User, client: Client, api_client: APIClient) -> None:
    UseCaseFactory(author=ben, latitude=51.3, longitude=12.4)
    assert api_client.get(GEOJSON).json()["features"] == []
    assert "No use case with a known place matches" in client.get(MAP).content.decode()


def test_the_map_takes_few_queries(
    places: None, client: Client, lina: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(lina)
    with django_assert_max_num_queries(6):
        client.get(MAP)


def test_related_stories_share_technology_industry_or_words(
    ben: User, ada: User, lina: User, client: Client, api_client: APIClient
) -> None:
    row = published(ben, ada)
    same = published(ben, ada, title="Listening to a press", industry="food")
    words = published(ben, ada, title="Compressors that tell", technologies=["Microphone"], industry="food")
    texts = {name: f"<p>We changed the {name} for good.</p>" for name in ("problem", "solution", "outcomes")}
    other = published(
        ben, ada, title="Bread without waste", technologies=["Oven"], industry="food", metrics=[], **texts
    )
    hidden = draft(ben, title="Vibration sensors again")
    api_client.force_login(lina)
    found = api_client.get(reverse("api:use_case_related", args=[row.pk])).json()
    ids = [one["id"] for one in found]
    assert ids[0] == str(same.pk)
    assert str(words.pk) in ids
    assert not {str(row.pk), str(other.pk), str(hidden.pk)} & set(ids)
    client.force_login(lina)
    html = client.get(row.get_absolute_url()).content.decode()
    assert "Related use cases" in html
    assert same.title in html


def test_at_most_six_are_related_and_found_once_for_everybody(
    ben: User, lina: User, kamal: User, django_assert_num_queries: Any
) -> None:
    from usecases.queries.related import related_to

    rows = [UseCaseFactory(author=ben) for _ in range(9)]
    with django_assert_num_queries(2):
        found = related_to(lina.actor, rows[0])
    assert len(found) == 6
    with django_assert_num_queries(1):
        assert related_to(kamal.actor, rows[0]) == found
    UseCase.objects.filter(pk=found[0].pk).update(status=Status.UNPUBLISHED)
    assert related_to(kamal.actor, rows[0]) == found[1:]
