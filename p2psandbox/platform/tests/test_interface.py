"""Template tags, the frame and the rich-text widget."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.template.base import TextNode
from django.test import RequestFactory
from django.utils import translation
from lucide import IconDoesNotExist

from p2psandbox.platform.pages import frame
from p2psandbox.platform.richtext_widget import RichTextarea


def render(source: str, **context: Any) -> str:
    return Template("{% load interface %}" + source).render(Context(context))


def test_an_icon_is_hidden_from_screen_readers_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in render('{% icon "check" %}')
    labelled = render('{% icon "check" label=label %}', label="Answered <1>")
    assert 'role="img"' in labelled
    assert 'aria-label="Answered &lt;1&gt;"' in labelled
    assert "aria-hidden" not in labelled


def test_an_icon_with_a_constant_name_is_drawn_when_the_template_compiles() -> None:
    template = Template('{% load interface %}{% icon "check" class="icon--check" %}')
    assert all(isinstance(node, TextNode) for node in template.nodelist[1:])
    assert "icon icon--check" in template.render(Context())


def test_an_icon_that_points_turns_around_in_right_to_left_pages() -> None:
    assert "icon--flip" in render("{% icon name %}", name="chevron-right")
    assert "icon--flip" not in render("{% icon name %}", name="check")


def test_a_misspelled_icon_fails_when_the_template_compiles() -> None:
    with pytest.raises((IconDoesNotExist, TemplateSyntaxError)):
        Template('{% load interface %}{% icon "no-such-icon" %}')


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Layla Haddad", "LH"), ("Ana", "A"), ("Jan van der Berg", "JB"), ("", ""), (None, ""), ("عمر خليل", "عخ")],
)
def test_initials_are_the_first_letters_of_the_outer_words(name: str | None, letters: str) -> None:
    assert render("{{ name|initials }}", name=name) == letters


def test_a_gauge_draws_result_against_baseline_on_one_scale() -> None:
    html = render('{% gauge 8 4 "%" True %}')
    assert 'width="100.00" height="16"' in html
    assert 'width="50.00" height="10"' in html
    assert "gauge--improved" in html


@pytest.mark.parametrize(
    ("value", "written"), [(41000, "41,000"), (Decimal("4.200000"), "4.2"), (-4, "-4"), (0.5, "0.5"), (400.0, "400")]
)
def test_a_gauge_writes_figures_as_people_do(value: Any, written: str) -> None:
    assert f"<b><bdi>{written} h</bdi></b>" in render('{% gauge value 3 "h" %}', value=value)


def test_a_gauge_puts_nought_between_negative_and_positive() -> None:
    html = render("{% gauge -5 15 %}")
    assert 'x1="25.00"' in html
    assert 'x="0.00" y="1" width="25.00"' in html


@pytest.mark.parametrize("figures", [(None, 4), (4, None), (0, 0)])
def test_a_gauge_without_figures_does_not_break(figures: tuple[Any, Any]) -> None:
    html = render("{% gauge before after %}", before=figures[0], after=figures[1])
    assert ("<svg" in html) == (None not in figures)


def test_a_meter_never_overflows() -> None:
    assert 'width="100.0"' in render("{% meter 7 5 %}")
    assert 'width="0.0"' in render("{% meter 7 0 %}")


def test_page_links_keep_the_query_and_escape_it() -> None:
    request = RequestFactory().get("/forums/", {"tag": '"><script>', "page": "2"})
    html = render("{% pagination page %}", page=Paginator(range(100), 10).page(2), request=request)
    assert "?tag=%22%3E%3Cscript%3E&amp;page=3" in html
    assert 'aria-current="page">2<' in html
    assert "<script>" not in html


def test_one_page_needs_no_page_links() -> None:
    assert render("{% pagination number=1 pages=1 %}").strip() == ""


def test_navigation_leaves_out_what_has_no_address_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = frame.Place("nowhere", "Nowhere", "x", "no_such_url")
    monkeypatch.setattr(frame, "PLACES", (*frame.PLACES, missing))
    sections = [entry["place"].section for entry in frame.places(with_company=False)]
    assert "home" in sections
    assert not {"nowhere", "company"} & set(sections)


def test_the_cached_rail_escapes_the_company_of_each_reader() -> None:
    frame.rail("home", "first")
    assert "first" not in frame.rail("home", "second")
    assert "<script>" not in frame.rail("home", '"><script>')


def test_the_search_form_shows_what_was_typed_safely() -> None:
    html = frame.search('6ES7 "314" <b>')
    assert "<b>" not in html
    assert not html or "6ES7 &quot;314&quot; &lt;b&gt;" in html


def test_the_frame_is_cached_per_language() -> None:
    with translation.override("en"):
        english = frame.part("head")
    with translation.override("ar"):
        arabic = frame.part("head")
        assert frame.part("head") == arabic
    assert "Saving" in english


class Note(forms.Form):
    body = forms.CharField(widget=RichTextarea)


def test_plain_text_from_the_editor_becomes_paragraphs() -> None:
    form = Note({"body": "first <b>line</b>\n\nsecond", "body_format": "plain"})
    assert form.is_valid()
    assert form.cleaned_data["body"] == "<p>first &lt;b&gt;line&lt;/b&gt;</p><p>second</p>"


def test_html_from_the_editor_stays_html() -> None:
    form = Note({"body": "<p>a <strong>b</strong></p>", "body_format": "html"})
    assert form.is_valid()
    assert form.cleaned_data["body"] == "<p>a <strong>b</strong></p>"


def test_a_form_that_failed_gives_the_text_back_as_html() -> None:
    html = str(Note({"body": "one\n\ntwo", "body_format": "plain"})["body"])
    assert "&lt;p&gt;one&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;" in html
    assert 'name="body_format" value="html"' in html


def test_an_empty_editor_starts_as_plain_text() -> None:
    assert 'name="body_format" value="plain"' in str(Note()["body"])


class Faulty(forms.Form):
    name = forms.CharField(help_text="As on the door")
    kind = forms.ChoiceField(
        choices=[("a", "Members\nPeople here"), ("b", "Everyone")], widget=forms.RadioSelect, required=False
    )


def test_a_field_ties_label_help_and_error_to_its_control() -> None:
    html = Faulty({"name": ""}).as_div()
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<a href="#id_name">Name</a>' in html


def test_a_choice_may_explain_itself_on_a_second_line() -> None:
    html = str(Faulty()["kind"])
    assert '<span class="choice__name">Members</span>' in html
    assert '<span class="choice__note">People here</span>' in html


@pytest.mark.parametrize("status", [500, 503])
def test_errors_of_ours_render_without_a_request(status: int) -> None:
    from django.template.loader import render_to_string

    html = render_to_string(f"errors/{status}.html", {"message": "Oh", "status": status, "request_id": "r-1"})
    assert "<h1>" in html
    assert "r-1" in html
