"""Lists narrowed by their address, views counted once, and what moderators do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils.translation import override

from accounts.models import User
from forums.actions import answers, categories, reading
from forums.actions.topics import create_topic, edit_topic
from forums.documents import PostRevision
from forums.models import Category, Post, Topic
from forums.tests.factories import CategoryFactory, answer, ask
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid


def titles(client: Client, address: str) -> list[str]:
    return [row["title"] for row in client.get(address).context["rows"]]


def test_filters_combine_in_the_address_and_each_has_a_way_off(client: Client, ada: User, lina: User) -> None:
    food = CategoryFactory(slug="food")
    topic = ask(ada, "Oven loses temperature", category=food, tags=["PLC"])
    ask(ada, "Oven door does not close", category=food)
    ask(lina, "Mixer runs far too loud", tags=["PLC"])
    answers.mark_best_answer(actor=ada.actor, topic_id=topic.pk, post_id=answer(lina, topic).pk)
    client.force_login(ada)

    assert titles(client, "/forums/food/?tag=plc&answered=true&search=oven") == ["Oven loses temperature"]
    assert titles(client, "/forums/?tag=plc") == ["Oven loses temperature", "Mixer runs far too loud"]
    assert titles(client, "/forums/?mine=1&answered=false") == ["Oven door does not close"]
    chips = client.get("/forums/?tag=plc&search=oven&page=1").context["chips"]
    assert [url for _label, url in chips] == ["/forums/?tag=plc", "/forums/?search=oven"]
    assert "Answered" in client.get("/forums/food/").content.decode()


@pytest.mark.parametrize(
    "query",
    ["ordering=password", "author=x", "answered=maybe", "tag=" + "x" * 99, "search=" + "x" * 9999, "nonsense=1"],
)
def test_an_address_that_makes_no_sense_still_opens_a_list(client: Client, ada: User, query: str) -> None:
    ask(ada)
    client.force_login(ada)

    assert len(titles(client, f"/forums/?{query}")) == 1


def test_the_search_of_the_top_bar_searches_the_topics(client: Client, ada: User) -> None:
    ask(ada)
    client.force_login(ada)

    assert client.get("/forums/?q=compressor&page=3")["Location"] == "/forums/search/?q=compressor"


@pytest.mark.parametrize("words", ["!!!", "-", '"', "& | !", "a' or 1=1 --", "(((", "compressor & trips:*", "\\"])
def test_operators_alone_find_nothing_and_break_nothing(client: Client, ada: User, words: str) -> None:
    ask(ada)
    client.force_login(ada)

    assert client.get("/forums/", {"search": words}).status_code == 200


def test_search_finds_stems_acronyms_part_numbers_and_arabic(client: Client, ada: User) -> None:
    ask(ada, "Replacing the 6ES7-314 controller", tags=["PLC"], body="<p>It controls two pumps; OEE fell.</p>")
    ask(ada, "أسعار المضخات الصناعية", body="<p>نبحث عن مضخة مستعملة</p>")
    client.force_login(ada)

    for words in ("controllers", "PLC", "oee", "pump", '"two pumps"', "6ES7-314"):
        assert titles(client, f"/forums/?search={words}") == ["Replacing the 6ES7-314 controller"], words
    assert titles(client, "/forums/?search=مضخة") == ["أسعار المضخات الصناعية"]
    assert titles(client, "/forums/?search=controller -pumps") == []


def test_pages_that_do_not_exist_are_not_found(client: Client, ada: User) -> None:
    topic = ask(ada)
    client.force_login(ada)

    for page in ("0", "2", "-1", "x", "99999999999", "１"):
        assert client.get(f"/forums/?page={page}").status_code == 404, page
        assert client.get(f"{topic.get_absolute_url()}?page={page}").status_code == 404, page


def test_a_far_page_is_found_by_its_ids(client: Client, ada: User) -> None:
    for number in range(125):
        ask(ada, f"Question number {number:03}")
    client.force_login(ada)

    assert titles(client, "/forums/?page=7") == [f"Question number {number:03}" for number in (4, 3, 2, 1, 0)]


def test_a_renamed_topic_is_found_under_its_old_address(client: Client, ada: User) -> None:
    topic = ask(ada)
    old = topic.get_absolute_url()
    renamed = edit_topic(actor=ada.actor, topic_id=topic.pk, title="Why does the old compressor trip?")
    client.force_login(ada)

    response = client.get(f"{old}?page=1")

    assert response.status_code == 301
    assert response["Location"] == f"{renamed.get_absolute_url()}?page=1"
    assert client.get(f"/forums/topics/{topic.pk}/")["Location"] == renamed.get_absolute_url()


def test_a_topic_named_like_a_page_keeps_an_address_of_its_own(client: Client, ada: User) -> None:
    topic = ask(ada, "Best answer!!")
    client.force_login(ada)

    assert topic.slug == "best-answer-topic"
    assert client.get(topic.get_absolute_url()).status_code == 200


def test_a_view_counts_once_per_person_and_day(client: Client, ada: User, lina: User) -> None:
    topic = ask(ada)
    for person in (ada, lina, lina):
        client.force_login(person)
        client.get(topic.get_absolute_url())

    assert reading.flush_views() == 2
    assert reading.flush_views() == 0
    topic.refresh_from_db()
    assert topic.view_count == 2


def test_a_reply_that_is_refused_comes_back_with_its_text_and_what_to_do(client: Client, ada: User) -> None:
    topic = ask(ada)
    client.force_login(ada)

    page = client.post(f"/forums/topics/{topic.pk}/reply/", {"body": "!!!!", "key": "k"})

    assert page.status_code == 400
    assert "Use words" in page.content.decode()
    assert "!!!!" in page.content.decode()
    assert Post.objects.count() == 1


def test_an_edit_based_on_an_old_text_is_refused_and_kept(client: Client, ada: User, mona: User) -> None:
    reply = answer(ada, ask(ada))
    client.force_login(ada)
    seen = client.get(f"/forums/posts/{reply.pk}/edit/").context["form"]["revision"].value()
    address = f"/forums/posts/{reply.pk}/edit/"
    assert client.post(address, {"body": "Second thoughts", "revision": seen}).status_code == 302

    late = client.post(address, {"body": "Third thoughts", "revision": seen})

    assert late.status_code == 409
    assert "Third thoughts" in late.content.decode()
    reply.refresh_from_db()
    texts = [one.text for one in PostRevision.history(subject_id=reply.pk, revision_id=reply.revision_id)]
    assert texts == ["Second thoughts", "Check the thermal relay first."]


def test_a_deleted_topic_can_be_taken_back_by_who_deleted_it(client: Client, ada: User, ben: User) -> None:
    topic = ask(ada)
    client.force_login(ada)

    page = client.post(f"/forums/topics/{topic.pk}/delete/", follow=True)
    assert "Undo" in page.content.decode()
    assert Category.objects.get().topic_count == 0
    assert client.get(topic.get_absolute_url()).status_code == 404
    client.force_login(ben)
    assert client.post(f"/forums/topics/{topic.pk}/restore/").status_code == 404
    client.force_login(ada)
    client.post(f"/forums/topics/{topic.pk}/restore/")
    assert client.get(topic.get_absolute_url()).status_code == 200
    assert Category.objects.get().topic_count == 1


def test_what_a_moderator_deleted_its_author_cannot_take_back(
    client: Client, ada: User, lina: User, mona: User
) -> None:
    reply = answer(lina, ask(ada))
    answer(ada, reply.topic, "<p>Thank you.</p>", parent_id=reply.pk)
    client.force_login(mona)
    client.post(f"/forums/posts/{reply.pk}/delete/")

    client.force_login(lina)
    page = client.get(reply.topic.get_absolute_url()).content.decode()

    assert "This post was deleted." in page
    assert f"/forums/posts/{reply.pk}/restore/" not in page
    assert client.post(f"/forums/posts/{reply.pk}/restore/").status_code == 404


def test_deleting_the_last_reply_moves_the_last_activity_back(ada: User, lina: User, client: Client) -> None:
    topic = ask(ada)
    reply = answer(lina, topic)
    client.force_login(lina)

    client.post(f"/forums/posts/{reply.pk}/delete/")

    topic.refresh_from_db()
    assert (topic.reply_count, topic.last_number, topic.last_post_by) == (0, 2, ada)
    assert answer(lina, topic).number == 3


def test_the_question_itself_goes_only_with_its_topic(as_: object, client: Client, ada: User) -> None:
    opening = Post.objects.get(topic=ask(ada))
    client.force_login(ada)

    assert client.post(f"/forums/posts/{opening.pk}/delete/").status_code == 409


def test_a_moderator_locks_and_pins_in_admin(client: Client, ada: User, mona: User) -> None:
    topic = ask(ada)
    ask(ada, "A younger question here")
    mona.is_superuser = True
    mona.save()
    client.force_login(mona)

    for act in ("lock", "pin"):
        client.post("/admin/forums/topic/", {"action": act, "_selected_action": [str(topic.pk)]})

    topic.refresh_from_db()
    assert topic.is_locked
    client.force_login(ada)
    assert titles(client, "/forums/")[0] == topic.title
    with pytest.raises(Conflict):
        answer(ada, topic)
    with pytest.raises(Conflict):
        edit_topic(actor=ada.actor, topic_id=topic.pk, title="Another title now")


def test_a_member_moderates_nothing(client: Client, ada: User) -> None:
    topic = ask(ada)
    other = CategoryFactory(slug="other")
    client.force_login(ada)

    assert client.post(f"/forums/topics/{topic.pk}/moderate/", {"locked": "1"}).status_code == 403
    with pytest.raises(Forbidden):
        edit_topic(actor=ada.actor, topic_id=topic.pk, category_id=other.pk)
    with pytest.raises(Forbidden):
        categories.create_category(actor=ada.actor, name="My own shelf")


def test_a_moderator_moves_a_topic_and_both_counts_follow(ada: User, mona: User) -> None:
    topic = ask(ada)
    other = CategoryFactory(slug="other")

    edit_topic(actor=mona.actor, topic_id=topic.pk, category_id=other.pk)

    assert dict(Category.objects.values_list("slug", "topic_count")) == {"machines": 0, "other": 1}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Topics"}, "slug"),
        ({"name": "ماكينات"}, "slug"),
        ({"name": "Machines"}, "name"),
        ({"name": "Pumps", "colour": "pink"}, "colour"),
    ],
)
def test_a_category_is_checked(mona: User, given: dict[str, str], field: str) -> None:
    CategoryFactory()

    with pytest.raises(Invalid) as refused:
        categories.create_category(actor=mona.actor, **given)

    assert field in refused.value.fields


def test_a_category_is_made_in_admin_by_the_same_rules(client: Client, mona: User) -> None:
    client.force_login(mona)
    form = {"name": "Pumps & valves", "slug": "", "description": "", "position": 3, "colour": "moss"}

    assert client.post("/admin/forums/category/add/", {**form, "name": "Posts"}).status_code == 200
    client.post("/admin/forums/category/add/", form)

    assert Category.objects.get().slug == "pumps-valves"


def at_once_checked(change: Callable[[], object]) -> None:
    """Do it, and check what the database otherwise checks at the commit."""
    with transaction.atomic():
        change()
        connection.check_constraints()


def test_the_database_itself_keeps_answers_and_parents_in_their_topic(ada: User, lina: User) -> None:
    topic, other = ask(ada), ask(ada, "Another question altogether")
    foreign, own = answer(lina, other), answer(lina, topic)

    for change in (
        lambda: Topic.objects.filter(pk=topic.pk).update(best_answer=foreign, best_answer_at=foreign.created_at),
        lambda: Post.objects.filter(pk=own.pk).update(parent=foreign),
        lambda: Post.objects.filter(pk=own.pk).update(number=1),
        lambda: Post.objects.filter(pk=own.pk).update(like_count=-1),
        lambda: Topic.objects.filter(pk=topic.pk).update(author=None),
    ):
        with pytest.raises(IntegrityError):
            at_once_checked(change)


def test_every_page_says_no_to_strangers_and_newcomers(client: Client, ada: User, nico: User) -> None:
    topic = ask(ada)
    addresses = ["/forums/", "/forums/machines/", "/forums/topics/new/", topic.get_absolute_url()]

    for address in addresses:
        assert client.get(address)["Location"].startswith("/accounts/login/")
    client.force_login(nico)
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 302
        assert "compressor" not in response.content.decode()


def test_pages_read_in_arabic_from_right_to_left(client: Client, ada: User) -> None:
    with override("ar"):
        topic = create_topic(
            actor=ada.actor, category_id=CategoryFactory().pk, title="لماذا يتوقف الضاغط؟", body="<p>كل صباح</p>"
        )
    client.force_login(ada)

    page = client.get(topic.get_absolute_url(), headers={"accept-language": "ar"})

    assert page.status_code == 200
    assert 'dir="auto">لماذا يتوقف الضاغط؟</h1>' in page.content.decode()
