"""One post: find it, answer, change it, delete it, like it, choose it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from forums import parts, queries
from forums.actions import answers, likes, posts
from forums.actions.guards import require_editor
from forums.forms.writing import PostForm, ReplyForm
from forums.views.lists import requested_page
from forums.views.preview import previewed
from forums.views.topics import kept, show, with_files
from p2psandbox.platform.errors import Conflict, Invalid, NotFound, TooMany, Unavailable
from p2psandbox.platform.files.fields import take
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.idempotency import once


@require_GET
def post(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """A post's lasting address leads to its place in the topic."""
    return redirect(queries.post_address(request.actor, post_id))


@require_http_methods(["GET", "POST"])
def topic_reply(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """Take a reply; one that cannot be taken comes back with its text."""
    if request.method == "GET":
        return redirect(f"{queries.topic_address(request.actor, topic_id)}#reply")
    form = ReplyForm(request.POST, request.FILES)
    form.is_valid()
    given = form.cleaned_data
    queries.topic_address(request.actor, topic_id)  # files of strangers to the topic are not even stored

    def again(status: int) -> HttpResponse:
        page = queries.page_around(request.actor, topic_id, given.get("parent"))
        return show(request, page, form, status=status)

    if looked := previewed(request, form, again):
        return looked
    try:
        attachments = take(form, "attachments", actor=request.actor) or ()
        post_id, _new = once(
            actor=request.actor,
            kind="forums.reply",
            key=given.get("key", ""),
            make=lambda: (
                posts.reply(
                    actor=request.actor,
                    topic_id=topic_id,
                    body=given.get("body"),
                    parent_id=given.get("parent"),
                    attachments=attachments,
                ).id
            ),
        )
    except Invalid as error:
        apply_errors(form, error)
        return again(400)
    except (Conflict, TooMany, Unavailable) as error:
        return kept(form, error, again)
    return redirect(queries.post_address(request.actor, post_id))


@require_http_methods(["GET", "POST"])
def post_edit(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Change what a reply says."""
    written = queries.written(request.actor, post_id)
    require_editor(request.actor, written.post.author_id)
    if written.post.number == 1:
        return redirect("forums:topic_edit", written.post.topic_id)
    if request.method == "GET":
        initial = {"body": written.html, "revision": written.post.revision_id}
        return _form(request, written, with_files(PostForm(initial=initial), written))
    form = with_files(PostForm(request.POST, request.FILES), written)
    form.is_valid()
    given = form.cleaned_data
    if looked := previewed(request, form, lambda status: _form(request, written, form, status=status)):
        return looked
    try:
        posts.edit_post(
            actor=request.actor,
            post_id=post_id,
            body=given.get("body") or "",
            attachments=take(form, "attachments", actor=request.actor),
            revision_id=given.get("revision"),
        )
    except Invalid as error:
        apply_errors(form, error)
        return _form(request, written, form, status=400)
    except (Conflict, Unavailable) as error:
        return kept(form, error, lambda status: _form(request, written, form, status=status))
    return redirect(queries.post_address(request.actor, post_id))


def _form(request: HttpRequest, written: queries.Written, form: PostForm, *, status: int = 200) -> HttpResponse:
    draft_key = f"post:{written.post.pk}"
    context = {"form": form, "post": written.post, "page_title": _("Edit your reply"), "draft_key": draft_key}
    return render(request, "forums/post_form.html", context, status=status)


@require_safe
def post_history(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """What a post said before, edit by edit, for its author and moderators."""
    history = queries.History(request.actor, post_id)
    context = {
        "post": history.post,
        "page": requested_page(request, history, queries.VERSIONS_PER_PAGE),
        "page_title": _("History of post %(number)s") % {"number": history.post.number},
    }
    return render(request, "forums/history.html", context)


@require_POST
def post_delete(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Delete a reply; its place in the thread offers to take it back."""
    posts.delete_post(actor=request.actor, post_id=post_id)
    messages.success(request, _("Deleted. You can undo this in the thread."))
    return redirect(queries.post_address(request.actor, post_id))


@require_POST
def post_restore(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Take a deletion back."""
    posts.restore_post(actor=request.actor, post_id=post_id)
    return redirect(queries.post_address(request.actor, post_id))


@require_POST
def post_like(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Like a post (``liked=1``) or take it back; htmx gets the post's buttons anew."""
    act = likes.unlike if request.POST.get("liked") == "0" else likes.like
    liked = act(actor=request.actor, post_id=post_id)
    if not request.htmx:
        return redirect(queries.post_address(request.actor, post_id))
    page = queries.page_around(request.actor, liked.topic_id, post_id)
    row = next((row for row in page.posts if row.id == post_id), None)
    if row is None:  # deleted in between
        raise NotFound
    return HttpResponse(parts.bar(row, page, get_language()))


@require_POST
def post_best_answer(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Say that this reply answered the question (``best=1``), or that it did not after all."""
    topic_id = queries.written_in(request.actor, post_id)
    if request.POST.get("best") == "0":
        answers.unmark_best_answer(actor=request.actor, topic_id=topic_id)
    else:
        answers.mark_best_answer(actor=request.actor, topic_id=topic_id, post_id=post_id)
    return redirect(queries.post_address(request.actor, post_id))
