"""One topic: read it, ask it, change it, delete it and take that back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from forums import fragments, parts, queries, quick
from forums.actions import reading, topics
from forums.actions.guards import require_editor
from forums.actions.telling import thread_of
from forums.forms.lists import ThreadForm
from forums.forms.writing import ReplyForm, TopicForm, new_key
from forums.fragments import Thread
from forums.models import Topic
from forums.queries import TopicPage, Written
from forums.queries.moderation import hidden_question
from forums.views.lists import page_number, shelf_of
from forums.views.preview import previewed
from messaging import unread
from messaging.actions import mark_thread_read
from messaging.bell import bell, message_mark
from p2psandbox.platform.errors import Conflict, Invalid, NotFound, ProductError, TooMany, Unavailable
from p2psandbox.platform.files.fields import Uploads, take
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.idempotency import once
from p2psandbox.platform.identifiers import as_uuid
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import TITLE
from p2psandbox.platform.web.middleware import actor_of

_Form = TypeVar("_Form", bound=forms.Form)


@require_safe
def topic(request: HttpRequest, topic_id: UUID, slug: str) -> HttpResponse:
    """A page of a topic. A slug of former days leads to the present one; who asked what is hidden learns why."""
    order, actor = ThreadForm(request.GET).chosen(), actor_of(request.user)
    try:
        page = queries.topic_page(actor, topic_id, page=page_number(request.GET), order=order)
    except NotFound:
        if hidden := hidden_question(actor, topic_id):
            return redirect("forums:post_moderation", hidden)
        raise
    if slug != page.slug:
        return _moved(request, reverse("forums:topic", args=[topic_id, page.slug]))
    return show(request, page)


@require_safe
def branch(request: HttpRequest, topic_id: UUID, slug: str, branch: int) -> HttpResponse:
    """A page of the replies that hang on one branch of a topic."""
    page = queries.branch_page(actor_of(request.user), topic_id, branch, page=page_number(request.GET))
    if slug != page.slug:
        return _moved(request, reverse("forums:branch", args=[topic_id, page.slug, branch]))
    return show(request, page)


def _moved(request: HttpRequest, target: str) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{target}?{query}" if query else target, permanent=True)


@require_GET
def topic_unread(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """Where the reader stopped reading."""
    return redirect(queries.unread_address(request.actor, topic_id))


@require_safe
def topic_arrivals(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """``?after=<number>``: how many posts others wrote since a page of the topic was drawn, as a link to them."""
    actor = actor_of(request.user)
    after = request.GET.get("after", "")
    count = queries.arrivals(actor, topic_id, after=int(after) if after.isdecimal() and len(after) < 9 else 0)
    return render(request, "forums/parts/arrivals.html", {"count": count, "topic_id": topic_id})


@require_POST
def topic_bookmark(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """Bookmark a topic (``bookmarked=1``) or let it go; htmx gets the buttons anew."""
    reading.set_bookmark(actor=request.actor, topic_id=topic_id, bookmarked=request.POST.get("bookmarked") != "0")
    return _followed(request, topic_id)


@require_POST
def topic_watch(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """Say how much to hear of a topic (``level``); htmx gets the buttons anew."""
    reading.set_watch(actor=request.actor, topic_id=topic_id, level=request.POST.get("level", ""))
    return _followed(request, topic_id)


def _followed(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    if not request.htmx:
        return redirect(queries.topic_address(request.actor, topic_id))
    return HttpResponse(parts.follow(topic_id, queries.reading_of(request.actor, topic_id), get_language()))


def show(request: HttpRequest, page: TopicPage, form: ReplyForm | None = None, *, status: int = 200) -> HttpResponse:
    """Render a topic's page, with a reply that was not taken if there is one."""
    actor = actor_of(request.user)
    thread = fragments.thread(page, seen_key=reading.seen_key(actor, page.id), beside=unread.keys(actor))
    if not thread.seen:
        reading.record_view(actor=actor, topic_id=page.id)
    reading.record_reading(actor=actor, topic_id=page.id, read_number=page.reading.read_number, seen=page.seen)
    token = get_token(request)  # one token for all forms of the page, instead of a fresh one for each
    pages = parts.pages(get_language(), page.number, page.pages, page.order)
    rest = {"pages": pages, "reply": _reply(request, page, form, token), **_waiting(request, actor, page, thread)}
    html = quick.page(request, page, thread, csrf_token=token, **rest)
    if html is None:
        context = {"csrf_token": token, "page": page, "thread": thread, **rest}
        html = render_to_string("forums/topic.html", context, request)
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "private, no-store"  # said here already, so that nobody computes an ETag in vain
    return response


def _waiting(request: HttpRequest, actor: Actor, page: TopicPage, thread: Thread) -> dict[str, SafeString]:
    """Return the bell and the mark of messages; what the bell told of this topic is read by looking at it."""
    waiting = unread.waiting(actor, thread.found)
    here = thread_of(page.id)
    if here in waiting.threads and request.method != "HEAD":
        mark_thread_read(actor=actor, thread=here)
        waiting = unread.waiting(actor)
    return {"bell": bell(waiting.count), "message_mark": message_mark(waiting.messages)}


def _reply(request: HttpRequest, page: TopicPage, form: ReplyForm | None, token: str) -> SafeString:
    """Return the reply form: an untouched one is the same for everybody but for its key and token."""
    parent = form["parent"].value() if form else request.GET.get("answer")
    if form is None and not parent:
        return parts.blank_reply(page, csrf_token=token, key=new_key(), language=get_language())
    answering = queries.answerable(request.actor, page.id, as_uuid(str(parent or "")))
    form = form or ReplyForm(initial={"parent": answering.pk if answering else None})
    context = {
        "form": form,
        "action": reverse("forums:topic_reply", args=[page.id]),
        "can_reply": page.can_reply or form.is_bound,
        "is_locked": page.is_locked,
        "answering": answering,
        "csrf_token": token,
        "draft_url": reverse("api:draft", args=[f"reply:{page.id}"]),
    }
    return render_to_string("forums/parts/reply.html", context)


@require_GET
def topic_short(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """The address without words leads to the one with."""
    return redirect(queries.topic_address(request.actor, topic_id))


@require_http_methods(["GET", "POST"])
def topic_new(request: HttpRequest) -> HttpResponse:
    """Ask a question."""
    require(request.actor, Permission.WRITE_POSTS)
    categories = queries.categories(request.actor)
    if request.method == "GET":
        shelf = shelf_of(categories, request.GET.get("category", ""))
        asked = {"category": shelf, "title": request.GET.get("title", "")[: TITLE.max_length]}
        if (story := queries.story_to_ask_about(request.actor, request.GET.get("use_case", ""))) is not None:
            address = request.build_absolute_uri(story.get_absolute_url())
            asked["body"] = format_html('<p><a href="{}">{}</a></p><p></p>', address, address)
        form = TopicForm(categories=categories, initial=asked)
        return _form(request, form, new=True)
    form = TopicForm(request.POST, request.FILES, categories=categories)
    form.is_valid()
    given = form.cleaned_data
    if looked := previewed(request, form, lambda status: _form(request, form, new=True, status=status)):
        return looked
    try:
        attachments = take(form, "attachments", actor=request.actor) or ()
        topic_id, _new = once(
            actor=request.actor,
            kind="forums.topic",
            key=given.get("key", ""),
            make=lambda: (
                topics.create_topic(
                    actor=request.actor,
                    category_id=as_uuid(given.get("category", "")),
                    title=given.get("title"),
                    body=given.get("body"),
                    tags=given.get("tags", []),
                    attachments=attachments,
                ).id
            ),
        )
    except Invalid as error:
        return _form(request, _refused(form, error), new=True, status=400)
    except (TooMany, Unavailable) as error:
        return kept(form, error, lambda status: _form(request, form, new=True, status=status))
    return redirect(queries.topic_address(request.actor, topic_id))


@require_http_methods(["GET", "POST"])
def topic_edit(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """Change title, tags and text of a question."""
    card = queries.topic_card(request.actor, topic_id)
    require_editor(request.actor, card.author_id)
    categories = queries.categories(request.actor)
    opening = queries.opening_of(request.actor, topic_id)
    if request.method == "GET":
        initial = {
            "category": str(card.category_id),
            "title": card.title,
            "tags": ", ".join(card.tags),
            "body": opening.html,
            "revision": opening.post.revision_id,
        }
        form = TopicForm(categories=categories, initial=initial)
        return _form(request, with_files(form, opening), topic=card)
    form = with_files(TopicForm(request.POST, request.FILES, categories=categories), opening)
    form.is_valid()
    given = form.cleaned_data
    if looked := previewed(request, form, lambda status: _form(request, form, topic=card, status=status)):
        return looked
    try:
        changed = topics.edit_topic(
            actor=request.actor,
            topic_id=topic_id,
            title=given.get("title") or "",
            body=given.get("body") or "",
            tags=given.get("tags", []),
            attachments=take(form, "attachments", actor=request.actor),
            category_id=as_uuid(given.get("category", "")) if request.actor.is_moderator else None,
            revision_id=given.get("revision"),
        )
    except Invalid as error:
        return _form(request, _refused(form, error), topic=card, status=400)
    except (Conflict, Unavailable) as error:
        return kept(form, error, lambda status: _form(request, form, topic=card, status=status))
    messages.success(request, _("Saved."))
    return redirect(changed.get_absolute_url())


def with_files(form: _Form, written: Written) -> _Form:
    """List in a form the files a post has, but for pictures its text shows."""
    field = form.fields["attachments"]
    if isinstance(field, Uploads) and written.post.attachment_count:
        field.files = queries.listed_files(written.post.pk, written.html or "")
    return form


def kept(form: forms.Form, error: ProductError, page: Callable[[int], HttpResponse]) -> HttpResponse:
    """Show the form again with what was typed and why it was not taken."""
    form.add_error(None, str(error))
    response = page(error.status)
    if isinstance(error, TooMany | Unavailable):
        response["Retry-After"] = str(error.retry_after)
    return response


def _refused(form: TopicForm, error: Invalid) -> TopicForm:
    """Show the action's messages; the form's own ones on the same fields would say it twice."""
    for name in error.fields:
        form.errors.pop(name, None)
    apply_errors(form, error)
    return form


def _form(
    request: HttpRequest,
    form: TopicForm,
    *,
    topic: Topic | None = None,
    new: bool = False,
    status: int = 200,
) -> HttpResponse:
    if not new and not request.actor.is_moderator:
        del form.fields["category"]
    title = _("Ask a question") if new else _("Edit your question")
    draft_key = f"topic:{topic.pk}" if topic else "topic:new"
    context = {"form": form, "topic": topic, "new": new, "page_title": title, "draft_key": draft_key}
    return render(request, "forums/topic_form.html", context, status=status)


@require_POST
def topic_delete(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """Delete a topic; the next page offers to take it back."""
    topics.delete_topic(actor=request.actor, topic_id=topic_id)
    return redirect("forums:topic_deleted", topic_id)


@require_safe
def topic_deleted(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """Says that a topic is deleted, and offers to undo that."""
    gone = queries.deleted_topic(request.actor, topic_id)
    return render(request, "forums/topic_deleted.html", {"topic": gone, "page_title": _("Topic deleted")})


@require_POST
def topic_restore(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """Take a deletion back."""
    restored = topics.restore_topic(actor=request.actor, topic_id=topic_id)
    messages.success(request, _("The topic is back."))
    return redirect(restored.get_absolute_url())


@require_POST
def topic_moderate(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """Lock, unlock, pin, unpin (moderators)."""
    if "locked" in request.POST:
        topics.set_locked(actor=request.actor, topic_id=topic_id, locked=request.POST["locked"] == "1")
    if "pinned" in request.POST:
        topics.set_pinned(actor=request.actor, topic_id=topic_id, pinned=request.POST["pinned"] == "1")
    return HttpResponseRedirect(queries.topic_address(request.actor, topic_id))
