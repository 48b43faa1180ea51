"""Searching the forums: what is found, by whom, in which order, and how it is shown."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from forums.actions import answers, likes, posts, topics
from forums.models import Post, SearchEntry, Topic
from forums.queries import search
from forums.queries.search import Found, Kind, Read, SearchFilters, Sort, find
from forums.tests.factories import CategoryFactory, answer, ask
from forums.tests.test_budgets import at_most
from p2psandbox.platform.errors import NotFound


def titles(found: Found) -> list[str]:
    return [hit.post.topic.title for hit in found.hits]


def places(found: Found) -> list[tuple[str, int]]:
    return [(hit.post.topic.title, hit.post.number) for hit in found.hits]


@pytest.fixture(autouse=True)
def _no_tags_from_before() -> None:
    cache.delete("forums:tags")


@pytest.fixture
def forum(ada: User, lina: User) -> dict[str, Topic]:
    """A small forum in two languages."""
    said = {
        "compressor": (
            "Why does the screw compressor trip?",
            "<p>Thermal relay, each morning</p>",
            ["compressed air"],
        ),
        "plc": ("6ES7 314-1AG14 goes to STOP", "<p>The PLC has no fault in its buffer.</p>", ["plc", "s7-300"]),
        "oee": ("How do you count OEE on Mondays?", "<p>Planned stops or not?</p>", ["oee"]),
        "mixer": ("XJ-900 mixer hums", "<p>Four M8 bolts were loose on the compressor beside it.</p>", []),
        "arabic": ("ضاغط الهواء يتوقف دون إنذار", "<p>بدأنا الصيانة التنبؤية ولم يتغير شيء</p>", ["صيانة"]),
        "filler": ("أجهزة التعبئة تهتز", "<p>القطعة رقم ٣١٤ من المصنع</p>", []),
    }
    return {
        key: ask(lina if key in ("arabic", "filler") else ada, title, body=body, tags=tags)
        for key, (title, body, tags) in said.items()
    }


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("compressors", "compressor"),
        ("tripping", "compressor"),
        ("PLC", "plc"),
        ("oee", "oee"),
        ("6ES7314", "plc"),
        ("6es7-314", "plc"),
        ("xj900", "mixer"),
        ("M 8", "mixer"),
        ("s7300", "plc"),
        ('"thermal relay"', "compressor"),
        ("monday or tuesday", "oee"),
        ("compressor -mixer -ضاغط", "compressor"),
        ("compr morn", "compressor"),
        ("الضاغط", "arabic"),
        ("صيانه", "arabic"),
        ("انذار", "arabic"),
        ("الأجهزة", "filler"),
        ("314 المصنع", "filler"),
    ],
)
def test_the_right_topic_comes_first(forum: dict[str, Topic], mona: User, words: str, key: str) -> None:
    found = find(mona.actor, SearchFilters(words=words))
    assert titles(found)[:1] == [forum[key].title]


def test_title_ranks_over_tags_over_question_over_reply(ada: User, lina: User) -> None:
    reply = ask(ada, "Fourth of them all")
    answer(lina, reply, "<p>Look at the gearbox</p>")
    ask(ada, "Third of them all", body="<p>The gearbox is warm</p>")
    ask(ada, "Second of them all", tags=["gearbox"])
    ask(ada, "The gearbox first of them all")
    found = find(ada.actor, SearchFilters(words="gearbox"))
    assert [title.split()[-4] for title in titles(found)] == ["first", "Second", "Third", "Fourth"]


def test_answers_and_likes_lift_a_little(ada: User, ben: User, lina: User) -> None:
    same = [ask(ada, f"Gearbox number {number}", body="<p>Warm</p>") for number in range(3)]
    reply = answer(lina, same[0], "<p>Change the oil</p>")
    answers.mark_best_answer(actor=ada.actor, topic_id=same[0].pk, post_id=reply.pk)
    likes.like(actor=ben.actor, post_id=same[1].posts.get(number=1).pk)
    found = find(ada.actor, SearchFilters(words="gearbox"))
    assert titles(found) == ["Gearbox number 0", "Gearbox number 1", "Gearbox number 2"]


def test_one_topic_does_not_fill_the_first_page(ada: User, lina: User) -> None:
    loud, quiet = ask(ada, "Noise at night"), ask(ada, "Something else")
    for _number in range(8):
        answer(lina, loud, "<p>gearbox gearbox</p>")
    answer(lina, quiet, "<p>The gearbox, perhaps</p>")
    assert titles(find(ada.actor, SearchFilters(words="gearbox"))).index("Something else") < 5


def test_words_that_no_post_holds_together_find_posts_with_some_of_them(forum: dict[str, Topic], ada: User) -> None:
    found = find(ada.actor, SearchFilters(words="compressor relay unicorn"))
    assert found.read is Read.ALL_BUT_ONE
    assert titles(found)[0] == forum["compressor"].title
    assert find(ada.actor, SearchFilters(words="unicorn dragon")).count == 0


def test_what_is_deleted_or_hidden_is_found_by_moderators_only(
    forum: dict[str, Topic],
    ada: User,
    ben: User,
    lina: User,
    mona: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    secret = answer(lina, forum["oee"], "<p>Rubinol one</p>")
    gone = answer(lina, forum["oee"], "<p>Rubinol two</p>")
    Post.objects.filter(pk=secret.pk).update(hidden_at=timezone.now())
    posts.delete_post(actor=lina.actor, post_id=gone.pk)
    topic = ask(ada, "Rubinol in the title")
    answer(lina, topic, "<p>Rubinol below it</p>")
    topics.delete_topic(actor=ada.actor, topic_id=topic.pk)
    for member in (ben, lina, ada):
        for kind in Kind:
            assert find(member.actor, SearchFilters(words="rubinol", kind=kind)).count == 0
    assert find(mona.actor, SearchFilters(words="rubinol")).count == 4
    with django_capture_on_commit_callbacks(execute=True):
        topics.restore_topic(actor=ada.actor, topic_id=topic.pk)
    assert find(ben.actor, SearchFilters(words="rubinol")).count == 2


def test_what_was_found_is_kept_until_somebody_writes_or_deletes(
    forum: dict[str, Topic],
    ben: User,
    lina: User,
    django_capture_on_commit_callbacks: Any,
    django_assert_num_queries: Any,
) -> None:
    wanted = SearchFilters(words="rubinol")
    with django_capture_on_commit_callbacks(execute=True):
        first = answer(lina, forum["oee"], "<p>Rubinol one</p>")
    assert find(ben.actor, wanted).count == 1
    with django_assert_num_queries(1):  # the rows that are shown, which also says who may see them
        assert find(ben.actor, wanted).count == 1
    with django_capture_on_commit_callbacks(execute=True):
        answer(lina, forum["oee"], "<p>Rubinol two</p>")
    assert find(ben.actor, wanted).count == 2
    with django_capture_on_commit_callbacks(execute=True):
        posts.delete_post(actor=lina.actor, post_id=first.pk)
    assert find(ben.actor, wanted).count == 1


def test_filters_combine(forum: dict[str, Topic], ada: User, lina: User) -> None:
    shelf = CategoryFactory(slug="controls")
    topic = ask(ada, "Gearbox on the palletiser", tags=["drive"], category=shelf)
    reply = answer(lina, topic, "<p>The gearbox is dry</p>")
    ask(ada, "Gearbox of the mixer")

    def found(**chosen: Any) -> list[tuple[str, int]]:
        return sorted(places(find(ada.actor, SearchFilters(words="gearbox", **chosen))))

    first, second, other = (topic.title, 1), (topic.title, 2), ("Gearbox of the mixer", 1)
    assert found() == sorted([first, second, other])
    assert found(category=shelf.pk) == found(tag="drive") == [first, second]
    assert found(author=lina.pk) == found(organization=lina.organization_id) == [second]
    assert found(kind=Kind.TOPICS) == sorted([first, other])
    assert found(kind=Kind.REPLIES, category=shelf.pk, author=lina.pk) == [second]
    assert found(author=lina.pk, tag="unknown") == []
    answers.mark_best_answer(actor=ada.actor, topic_id=topic.pk, post_id=reply.pk)
    assert found(answered=True) == [first, second]
    assert found(answered=False) == [other]
    SearchEntry.objects.filter(post=reply).update(created_at=timezone.now() - timedelta(days=9))
    week_ago = timezone.now() - timedelta(days=7)
    assert found(after=week_ago) == sorted([first, other])
    assert found(before=week_ago) == [second]


def test_orders(ada: User, ben: User) -> None:
    topic = ask(ada, "The gearbox")
    for number in range(3):
        answer(ben, topic, f"<p>gearbox {number}</p>")
    likes.like(actor=ada.actor, post_id=topic.posts.get(number=3).pk)

    def numbers(sort: Sort) -> list[int]:
        return [number for _title, number in places(find(ada.actor, SearchFilters(words="gearbox", sort=sort)))]

    assert numbers(Sort.NEWEST) == [4, 3, 2, 1]
    assert numbers(Sort.OLDEST) == [1, 2, 3, 4]
    assert numbers(Sort.LIKES) == [3, 4, 2, 1]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds a test can reach."""
    for name, bound in {"HEADS": 3, "QUESTIONS": 3, "REPLIES": 3, "MOST": 6, "_MANY": 2, "_WINDOW": 4}.items():
        monkeypatch.setattr(search, name, bound)


@pytest.mark.parametrize("sort", list(Sort))
def test_counts_end_and_say_so(ada: User, ben: User, narrow: None, sort: Sort) -> None:
    topic = ask(ada, "The gearbox")
    for number in range(9):
        answer(ben, topic, f"<p>gearbox motor {number}</p>")
    for words in ("gearbox", "gearbox motor"):
        found = find(ada.actor, SearchFilters(words=words, sort=sort))
        assert found.more
        assert 0 < found.count <= 6
        assert len(found.hits) == found.count
    few = find(ada.actor, SearchFilters(words='"motor 8"', sort=sort))
    assert (few.count, few.more) == (1, False)


def test_pages_end(ada: User, ben: User) -> None:
    topic = ask(ada, "The gearbox")
    for number in range(24):
        answer(ben, topic, f"<p>gearbox {number}</p>")
    filters = SearchFilters(words="gearbox")
    first, second = find(ada.actor, filters), find(ada.actor, filters, page=2)
    assert (first.count, first.pages, len(first.hits), len(second.hits)) == (25, 2, 20, 5)
    assert not set(places(first)) & set(places(second))
    for page in (0, 3, 10**6):
        with pytest.raises(NotFound):
            find(ada.actor, filters, page=page)


# -- The page -------------------------------------------------------------------------------------------------


def test_the_page_marks_what_was_meant_and_escapes_the_rest(client: Client, ada: User, lina: User) -> None:
    topic = ask(ada, "Gearbox <b>&</b> motor")
    answer(lina, topic, "<p>Type &lt;script&gt;gearbox&lt;/script&gt; and ‘6ES7-314’</p>")
    client.force_login(lina)
    page = client.get("/forums/search/", {"q": "gearbox 6es7314"}).content.decode()
    assert "&lt;script&gt;<mark>gearbox</mark>&lt;/script&gt;" in page
    assert "<mark>6ES7-314</mark>" in page
    assert "<mark>Gearbox</mark> &lt;b&gt;&amp;&lt;/b&gt; motor" in page


def test_filters_live_in_the_address_and_come_off_one_by_one(client: Client, forum: Any, lina: User) -> None:
    client.force_login(lina)
    page = client.get("/forums/search/?q=relay&category=machines&tag=compressed-air&answered=false&kind=topics")
    text = page.content.decode()
    assert "Why does the screw" in text
    for href in (
        "?q=relay&amp;tag=compressed-air&amp;answered=false&amp;kind=topics",
        "?q=relay&amp;category=machines&amp;answered=false&amp;kind=topics",
        "?q=relay&amp;category=machines&amp;tag=compressed-air&amp;kind=topics",
    ):
        assert href in text


@pytest.mark.parametrize("query", ["", "&|!()", "the", "-pump", "gearbox " * 1250, '"', "\x00", "or", "%%%", "unicorn"])
def test_whatever_is_typed_gets_an_answer(client: Client, forum: Any, lina: User, query: str) -> None:
    client.force_login(lina)
    assert client.get("/forums/search/", {"q": query}).status_code == 200
    assert client.get("/forums/search/suggestions", {"q": query}).status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("&|!", "signs alone find nothing"),
        ("the of", "stand in nearly every post"),
        ("-pump", "Say what to look for"),
        ("relay " * 2000, "Only the beginning was searched for"),
        ("relay unicorn", "These hold some of them"),
        ("rela", "a word that begins so"),
        ("unicorn", "Nothing found"),
        ("", "What are you looking for?"),
    ],
)
def test_the_page_says_how_it_read_the_words(client: Client, forum: Any, lina: User, query: str, said: str) -> None:
    client.force_login(lina)
    assert said in client.get("/forums/search/", {"q": query}).content.decode()


def test_nothing_found_leads_to_asking_with_the_words(client: Client, lina: User) -> None:
    client.force_login(lina)
    page = client.get("/forums/search/?q=unicorn+drive").content.decode()
    link = re.search(r'href="(/forums/topics/new/\?title=[^"]*)"', page)
    assert link
    assert 'value="unicorn drive"' in client.get(link[1]).content.decode()


def test_parameters_that_say_nothing_are_left_out(client: Client, forum: Any, lina: User) -> None:
    client.force_login(lina)
    address = "/forums/search/?q=relay&category=none&author=x&answered=maybe&after=soon&kind=x&sort=y&organization=1"
    assert "Why does the screw" in client.get(address).content.decode()
    assert client.get("/forums/search/?q=relay&page=9").status_code == 404
    assert client.get("/forums/search/?q=relay&page=x").status_code == 404


def test_empty_fields_leave_the_address(client: Client, lina: User) -> None:
    client.force_login(lina)
    address = "/forums/search/?q=relay&category=&answered=&tag=plc&after="
    assert client.get(address)["Location"] == "/forums/search/?q=relay&tag=plc"


def test_old_addresses_of_the_search_lead_here(client: Client, forum: Any, lina: User) -> None:
    client.force_login(lina)
    assert client.get("/forums/?q=relay")["Location"] == "/forums/search/?q=relay"
    assert client.get("/forums/machines/?q=relay")["Location"] == "/forums/search/?q=relay&category=machines"


def test_the_page_asks_little(client: Client, forum: Any, lina: User) -> None:
    client.force_login(lina)
    client.get("/forums/search/?q=relay")
    with at_most(sql=6, documents=1):
        client.get("/forums/search/?q=compressor")
    with at_most(sql=6, documents=1):
        client.get("/forums/search/?q=compressor+relay&category=machines&answered=false&kind=topics&sort=likes")
    with at_most(sql=12, documents=1):
        client.get("/forums/search/?q=compressor+unicorn+dragon")
    with at_most(sql=5, documents=0):
        client.get("/forums/search/suggestions?q=comp")


# -- Suggestions ----------------------------------------------------------------------------------------------


def test_suggestions_are_topics_tags_and_categories_that_begin_so(client: Client, forum: Any, lina: User) -> None:
    client.force_login(lina)

    def offered(text: str) -> list[tuple[str, str]]:
        answered = client.get("/forums/search/suggestions", {"q": text}).json()["results"]
        return [(one["kind"], one["label"]) for one in answered]

    assert offered("compr") == [("tag", "compressed-air"), ("topic", forum["compressor"].title)]
    assert offered("mach") == [("category", "Machines")]
    assert offered("6es7 31") == [("topic", forum["plc"].title)]
    assert offered("ضا") == [("topic", forum["arabic"].title)]
    assert offered("s7") == [("tag", "s7-300")]
    assert offered("c") == offered("") == offered("zzz") == []


def test_suggestions_hold_nothing_that_was_deleted(client: Client, ada: User, lina: User) -> None:
    topic = ask(ada, "Rubinol in the title", tags=["rubinol"])
    topics.delete_topic(actor=ada.actor, topic_id=topic.pk)
    client.force_login(lina)
    assert client.get("/forums/search/suggestions?q=rubi").json() == {"results": []}


# -- JSON -----------------------------------------------------------------------------------------------------


def test_the_json_says_the_same(as_: Any, forum: dict[str, Topic], ada: User, lina: User) -> None:
    reply = answer(lina, forum["oee"], "<p>Count the relay stops</p>")
    found = as_(ada).get("/api/v1/forums/search?q=relays&author=" + str(lina.pk)).json()
    assert found["count"] == 1
    hit = found["results"][0]
    assert hit["id"] == str(reply.pk)
    assert hit["url"].endswith("#post-2")
    assert hit["snippet"] == "Count the <mark>relay</mark> stops"
    assert hit["title_highlight"] == forum["oee"].title
    assert hit["topic"]["answered"] is False
    assert as_(ada).get("/api/v1/forums/search/suggestions?q=compr").json()[0]["kind"] == "tag"


@pytest.mark.parametrize(
    "query", ["", "q=", "q=" + "x" * 10_000, "q=a&sort=best", "q=a&category=none", "q=a&author=1", "q=a&foo=1"]
)
def test_the_json_refuses_what_it_does_not_understand(as_: Any, ada: User, forum: Any, query: str) -> None:
    assert as_(ada).get(f"/api/v1/forums/search?{query}").status_code == 400


def test_the_json_ends_where_the_hits_end(as_: Any, ada: User, forum: Any) -> None:
    assert as_(ada).get("/api/v1/forums/search?q=relay&page=2").status_code == 404
    assert as_(ada).get("/api/v1/forums/search?q=the").json()["count"] == 0
