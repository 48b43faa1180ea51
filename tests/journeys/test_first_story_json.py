"""The same journey as JSON, the way a single-page app takes it: session cookie, CSRF header, nothing else."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, APIResponse, Playwright

from tests.journeys.conftest import Person
from tests.journeys.running import Product
from tests.journeys.test_first_story import ADMIN, DEMO_PASSWORD, MEMBER, PASSWORD, PHONE

pytestmark = pytest.mark.browser

STORY = {
    "title": "A gauge beside the lathe",
    "category": "quality",
    "industry": "machinery",
    "technologies": ["Air gauge"],
    "problem": "<p>Every third bushing was out of size by Friday.</p>",
    "solution": "<p>We put an air gauge beside the lathe and measure each tenth part.</p>",
    "outcomes": "<p>Scrap fell by more than a third.</p>",
    "metrics": [{"name": "Scrap rate", "unit": "%", "baseline": 4.0, "result": 2.5, "period": "6 months"}],
    "contact": {"name": "Tammo Harms", "email": MEMBER, "phone": PHONE, "title": ""},
}


@dataclass
class Client:
    """A program signed in with a cookie of its own."""

    http: APIRequestContext

    def _headers(self) -> dict[str, str]:
        cookies = {cookie["name"]: cookie["value"] for cookie in self.http.storage_state()["cookies"]}
        return {"X-CSRFToken": cookies.get("csrftoken", "")}

    def get(self, path: str, **params: str) -> APIResponse:
        return self.http.get(f"/api/v1/{path}", params=params)

    def send(self, method: str, path: str, data: Any = None, **headers: str) -> APIResponse:
        return self.http.fetch(f"/api/v1/{path}", method=method, data=data, headers=self._headers() | headers)

    def sign_in(self, email: str, password: str) -> Any:
        self.get("auth/session")
        answer = self.send("POST", "auth/login", {"email": email, "password": password})
        assert answer.status == 200, answer.text()
        return answer.json()


@pytest.fixture
def client(playwright: Playwright, product: Product) -> Iterator[Callable[[], Client]]:
    contexts: list[APIRequestContext] = []

    def make() -> Client:
        contexts.append(playwright.request.new_context(base_url=product.address))
        return Client(contexts[-1])

    yield make
    for context in contexts:
        context.dispose()


def test_a_company_goes_from_sign_up_to_reading_a_peers_story_as_json(
    client: Callable[[], Client], arrive: Callable[..., Person]
) -> None:
    alma, tammo, greta = client(), client(), client()
    stamp = secrets.token_hex(3)
    email = f"alma.{stamp}@tortilleria.example"

    alma.get("auth/session")
    sign_up = {
        "email": email,
        "password": PASSWORD,
        "first_name": "Alma",
        "last_name": "Reyes",
        "organization_name": f"Tortillería {stamp}",
    }
    assert alma.send("POST", "auth/signup", sign_up).status == 201
    link = arrive().read_mail(to=email, subject="confirm")
    key = re.search(r"/accounts/confirm-email/([^/]+)/", link)
    assert key
    assert alma.send("POST", "auth/email/verify", {"key": key[1]}).status == 200
    assert alma.sign_in(email, PASSWORD)["user"]["email"] == email

    category = alma.get("forums/categories").json()[0]
    question = {
        "category": category["id"],
        "title": "Fault F0001 every afternoon",
        "body": "<p>It <strong>trips</strong> at three.</p>",
        "tags": ["drive"],
    }
    once = {"Idempotency-Key": secrets.token_hex(8)}
    first = alma.send("POST", "forums/topics", question, **once)
    again = alma.send("POST", "forums/topics", question, **once)
    assert (first.status, again.status) == (201, 201), first.text()
    assert first.json()["id"] == again.json()["id"]
    topic = first.json()["id"]

    tammo.sign_in(MEMBER, DEMO_PASSWORD)
    answer = tammo.send("POST", f"forums/topics/{topic}/posts", {"body": "<p>Check the fan.</p>"})
    assert answer.status == 201, answer.text()
    assert alma.send("PUT", f"forums/topics/{topic}/best-answer", {"post": answer.json()["id"]}).ok
    assert alma.get(f"forums/topics/{topic}").json()["best_answer"]["id"] == answer.json()["id"]

    draft = tammo.send("POST", "use-cases", {"title": STORY["title"]})
    assert draft.status == 201, draft.text()
    story = f"use-cases/{draft.json()['id']}"
    assert greta.get(story).status in (401, 404)
    lacking = tammo.send("POST", f"{story}/submit")
    assert lacking.status == 400
    assert {"problem", "outcomes"} <= {error["attr"] for error in lacking.json()["errors"]}
    saved = tammo.send("PATCH", story, {**STORY, "revision": draft.json()["revision"]})
    assert saved.status == 200, saved.text()
    assert tammo.send("PATCH", story, {"title": "Too late", "revision": draft.json()["revision"]}).status == 409
    assert tammo.send("POST", f"{story}/submit").status == 200
    assert alma.get(story).status == 404

    greta.sign_in(ADMIN, DEMO_PASSWORD)
    assert tammo.send("POST", f"{story}/approve").status == 403
    assert greta.send("POST", f"{story}/approve").status == 200

    found = alma.get("use-cases", search="air gauge").json()["results"]
    assert draft.json()["id"] in [row["id"] for row in found]
    read = alma.get(story)
    assert read.json()["contact"] is None
    assert PHONE not in read.text()
    assert greta.get(story).json()["contact"]["phone"] == PHONE
