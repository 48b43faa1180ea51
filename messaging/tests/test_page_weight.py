"""What one more message, and one more row of the list, adds to a conversation's page: bytes are the same everywhere."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.tests.factories import UserFactory
from messaging.tests.factories import wrote

pytestmark = pytest.mark.django_db

TEXT = "We run it at sixty degrees, and it holds for a shift or two."
#: Beside its text.
MESSAGE, ROW = 925, 700


def page_of(client: Client, reader: User, other: User) -> str:
    client.force_login(reader)
    return str(client.get(f"/messages/{other.pk}/").content.decode())


def many(sender: User, recipient: User, count: int) -> None:
    for _number in range(count):
        cache.clear()  # nobody may write so fast
        wrote(sender, recipient, TEXT)


@pytest.mark.parametrize("mine", [True, False])
def test_a_message_weighs_little_more_than_it_says(client: Client, ada: User, lina: User, mine: bool) -> None:
    pair = (ada, lina) if mine else (lina, ada)
    many(*pair, 2)
    few = page_of(client, ada, lina)
    many(*pair, 10)
    more = page_of(client, ada, lina)
    assert (len(more.encode()) - len(few.encode())) / 10 <= MESSAGE + len(TEXT)
    assert more.count("<path") == few.count("<path")  # icons are drawn once


def test_a_row_of_the_list_weighs_little(client: Client, ada: User, lina: User) -> None:
    many(lina, ada, 1)
    few = page_of(client, ada, lina)
    for _number in range(10):
        wrote(UserFactory(organization=lina.organization, first_name="Rania", last_name="Khoury"), ada, TEXT)
    more = page_of(client, ada, lina)
    assert (len(more.encode()) - len(few.encode())) / 10 <= ROW + len(TEXT)


def test_every_message_can_be_deleted_by_the_one_form_of_the_page(client: Client, ada: User, lina: User) -> None:
    mine, hers = wrote(ada, lina, "Mine"), wrote(lina, ada, "Hers")
    page = page_of(client, ada, lina)
    _before, _form, form = page.partition('id="acts"')
    assert "csrfmiddlewaretoken" in form.partition("</form>")[0]
    assert f'name="person" value="{lina.pk}"' in form.partition("</form>")[0]
    for message in (mine, hers):
        assert f'form="acts" formaction="/messages/one/{message.pk}/delete/"' in page
    assert f"/messages/one/{hers.pk}/report/" in page
    assert f"/messages/one/{mine.pk}/report/" not in page


def test_names_companies_and_texts_are_shown_as_text(client: Client, ada: User, lina: User) -> None:
    User.objects.filter(pk=lina.pk).update(first_name="<i>Lina", last_name="text-goes-here")
    wrote(lina, ada, "<b>bold</b> name-goes-here &amp;")
    page = page_of(client, ada, lina)
    assert "<b>bold" not in page
    assert "<i>Lina" not in page
    assert page.count("&lt;b&gt;bold&lt;/b&gt; name-goes-here &amp;amp;") == 2  # in the list and in the conversation
    assert "&lt;i&gt;Lina text-goes-here" in page
