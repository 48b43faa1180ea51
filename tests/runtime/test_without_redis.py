"""Redis goes away under the running product and comes back: nobody is locked out, nothing is lost or restarted."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import redis
from aiosmtpd.controller import Controller
from django.db import connections
from django.utils import timezone

from accounts.models import User
from forums.actions.reading import set_watch
from forums.models import Post
from forums.tests.factories import ask
from p2psandbox.platform.guards.models import Guard
from p2psandbox.platform.mail.models import OutboxMail
from tests.cast import PASSWORD
from tests.runtime.product import free_port, wait_until
from tests.runtime.test_workers import Postmaster
from tests.runtime.work import Programs, Queue, queue_of_its_own
from usecases.models import UseCase
from usecases.tests.factories import draft

pytestmark = [pytest.mark.runtime, pytest.mark.django_db(transaction=True, databases="__all__")]

#: Seconds after which a person would believe that the page hangs, as each would that waits for Redis to time out.
PATIENCE = 10.0


@dataclass
class Browser:
    """Keeps cookies, sends the CSRF token, measures how long answers take."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    slowest: float = 0.0

    def ask(
        self, method: str, path: str, *, form: dict[str, str] | None = None, data: Any = None
    ) -> tuple[int, str, str]:
        """Return status, text and where it leads."""
        headers = {"Host": f"localhost:{self.port}", "X-CSRFToken": self.cookies.get("csrftoken", "")}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urlencode(form or {}) if data is None else json.dumps(data)
        if method != "GET":
            headers["Content-Type"] = "application/json" if data is not None else "application/x-www-form-urlencoded"
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        began = time.monotonic()
        try:
            link.request(method, path, body if method != "GET" else None, headers)
            answer = link.getresponse()
            text = answer.read().decode()
        finally:
            link.close()
        self.slowest = max(self.slowest, time.monotonic() - began)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _is, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text, answer.headers.get("Location", "")

    def page(self, path: str) -> str:
        status, text, _leads = self.ask("GET", path)
        assert status == 200, f"{path} is answered {status}: {text[:2000]}"
        return text

    def sign_in(self, person: User, password: str = PASSWORD) -> tuple[int, str]:
        """Return status and where it leads."""
        self.page("/accounts/login/")
        status, _text, leads = self.ask("POST", "/accounts/login/", form={"login": person.email, "password": password})
        return status, leads


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    """A Redis for this test alone; this process looks for its workers there."""
    with queue_of_its_own(tmp_path / "redis") as queue:
        yield queue


@pytest.fixture
def postmaster() -> Iterator[Postmaster]:
    handler = Postmaster()
    server = Controller(handler, hostname="127.0.0.1", port=handler.port)
    server.start()
    yield handler
    server.stop()


@pytest.fixture
def programs(queue: Queue, postmaster: Postmaster, tmp_path: Path) -> Iterator[Programs]:
    programs = Programs(tmp_path, queue, postmaster.port)
    name = connections["documents"].settings_dict["NAME"]
    programs.urls["DOCUMENTS_URL"] = urlsplit(programs.urls["DOCUMENTS_URL"])._replace(path=f"/{name}").geturl()
    yield programs
    programs.end()
    print(programs.logs())  # noqa: T201 -- shown with a failure


@pytest.fixture
def port(programs: Programs) -> int:
    """Web, worker and clock run; where the web server answers."""
    port = free_port()
    programs._start("web", programs.environment(WEB_PORT=str(port), WEB_WORKERS="1"))
    programs.worker()
    programs.clock("beat")

    def answers() -> bool:
        try:
            return Browser(port).ask("GET", "/health")[0] == 200
        except OSError:
            return False

    wait_until(answers, seconds=90, what="the web server")
    return port


def inputs(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to ``action``."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form, f"no form goes to {action}"
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*hidden[^>]*>", form[0]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        found[name[1] if name else ""] = value[1] if value else ""
    return found


def test_people_go_on_while_redis_is_away_and_mail_leaves_when_it_is_back(
    port: int, programs: Programs, queue: Queue, postmaster: Postmaster, ada: User, ben: User, kamal: User
) -> None:
    topic, story = ask(kamal), draft(ben)
    set_watch(actor=kamal.actor, topic_id=topic.pk, level="muted")  # the reset is the only mail he is to get
    address = topic.get_absolute_url()
    before = Browser(port)
    assert before.sign_in(kamal) == (302, "/")
    assert topic.title in before.page(address)

    queue.end()

    assert topic.title in before.page(address), "who was signed in is not any more"
    after = Browser(port)
    assert after.sign_in(ada) == (302, "/")
    page = after.page(address)
    reply = f"/forums/topics/{topic.pk}/reply/"
    written = {**inputs(page, reply), "body": "<p>Check the thermal relay first.</p>"}
    assert after.ask("POST", reply, form=written)[0] == 302
    assert after.ask("POST", reply, form=written)[0] == 302, "sent twice, made once"
    assert Post.objects.filter(topic=topic, author=ada).count() == 1
    assert "Check the thermal relay first." in after.page(address)
    status, said, _leads = after.ask("POST", f"/api/v1/use-cases/{story.pk}/publish", data={})
    assert status == 200, said
    assert UseCase.objects.get(pk=story.pk).status == "published"
    assert story.title in before.page(UseCase.objects.get(pk=story.pk).get_absolute_url())
    _limits_hold_where_they_guard(port, ben)
    assert before.ask("POST", "/accounts/logout/")[0] == 302
    forgetful = Browser(port)
    forgetful.page("/accounts/password/reset/")
    assert forgetful.ask("POST", "/accounts/password/reset/", form={"email": kamal.email})[0] == 302
    mail = OutboxMail.objects.get(to=kamal.email)
    assert mail.sent_at is None
    assert max(browser.slowest for browser in (before, after, forgetful)) < PATIENCE

    queue.start()

    OutboxMail.objects.filter(pk=mail.pk).update(next_try_at=timezone.now())
    wait_until(lambda: OutboxMail.objects.get(pk=mail.pk).sent_at, seconds=120, what="the mail to be sent")
    assert postmaster.received == [kamal.email]
    assert [process.poll() for process in programs.started] == [None] * 3, "something had to start again"
    kept = redis.Redis.from_url(f"{queue.url}/0")
    kept.flushdb()
    wait_until(lambda: _counts_in(kept, port, ada), seconds=20, what="sign-ins to be counted in Redis again")
    kept.close()


def _limits_hold_where_they_guard(port: int, person: User) -> None:
    """Guesses at a password are counted in PostgreSQL; how often a page is read is not counted."""
    guesses = [Browser(port).sign_in(person, "wrong-password")[0] for _ in range(5)]
    assert guesses == [200] * 5
    assert Browser(port).sign_in(person) == (200, ""), "the sixth guess is not taken, right as it is"
    assert Guard.objects.filter(cache_key__contains="login_failed").exists()
    assert {Browser(port).ask("GET", "/api/v1/auth/session")[0] for _ in range(130)} == {401}


def _counts_in(kept: Any, port: int, person: User) -> bool:
    assert Browser(port).sign_in(person) == (302, "/")
    return any(b"allauth:rl" in key for key in kept.scan_iter())
