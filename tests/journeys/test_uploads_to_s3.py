"""Files in S3 in a real browser: from another origin, straight into the bucket and from it, exports, too."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from p2psandbox.platform.files.tests.factories import pdf, picture
from p2psandbox.platform.files.tests.s3server import BUCKET, KEY, REGION, SECRET, S3Server
from tests.journeys.conftest import Person
from tests.journeys.running import Product, started
from tests.journeys.test_first_story import DEMO_PASSWORD, MEMBER, sign_in
from tests.journeys.test_uploads import field, line

pytestmark = pytest.mark.browser

#: Loads a picture and says how wide it is, or that it was not loaded.
WIDTH_OF = """address => new Promise(done => {
    const image = new Image();
    image.onload = () => done(image.naturalWidth);
    image.onerror = () => done("not loaded");
    image.src = address;
})"""


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3Server]:
    server = S3Server()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def with_s3(bucket: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product, its files in the bucket."""
    if os.environ.get("JOURNEYS_AT"):
        pytest.fail("This journey starts a product of its own: run it without JOURNEYS_AT.")
    settings = {
        "S3_BUCKET": BUCKET,
        "S3_ENDPOINT_URL": bucket.url,
        "S3_REGION": REGION,
        "S3_ACCESS_KEY_ID": KEY,
        "S3_SECRET_ACCESS_KEY": SECRET,
    }
    with started(tmp_path_factory.mktemp("with-s3") / "product", **settings) as product:
        bucket.let_in(product.address.rstrip("/"))
        yield product


def test_parts_go_straight_into_the_bucket_and_pictures_come_from_it(
    browser: Browser, bucket: S3Server, with_s3: Product, tmp_path: Path
) -> None:
    context = browser.new_context()
    person = Person(context.new_page(), context, with_s3)
    sign_in(person, MEMBER, DEMO_PASSWORD)
    page = person.open("/dev/components/?section=files")
    puts: list[str] = []
    page.on("request", lambda request: puts.append(request.url) if request.method == "PUT" else None)
    manual, photo = tmp_path / "manual.pdf", tmp_path / "press.jpg"
    manual.write_bytes(pdf(20 * 1024 * 1024))
    photo.write_bytes(picture(2000, 1500))

    field(page).set_input_files([manual, photo])
    for name in (manual.name, photo.name):
        expect(line(page, name)).to_have_attribute("data-state", "ready", timeout=30_000)

    assert len(puts) == 4
    assert all(url.startswith(f"{bucket.url}/{BUCKET}/") for url in puts)
    photo_id = line(page, photo.name).locator("input[name=attachments_ids]").input_value()
    address = f"/api/v1/files/{photo_id}"
    for _ in range(100):
        file = page.request.get(with_s3.url(address)).json()
        if file["renditions_status"] == "ready":
            break
        page.wait_for_timeout(100)
    assert file["url"].startswith(bucket.url)
    assert page.evaluate(WIDTH_OF, f"/files/{photo_id}/large/") == 1600
    assert page.evaluate(WIDTH_OF, file["renditions"][0]["url"]) == 480
    context.close()


def test_an_export_is_put_into_the_bucket_and_downloaded_from_it(
    browser: Browser, bucket: S3Server, with_s3: Product
) -> None:
    context = browser.new_context()
    person = Person(context.new_page(), context, with_s3)
    sign_in(person, MEMBER, DEMO_PASSWORD)
    page = person.open("/use-cases/exports/")
    page.get_by_role("button", name="Make the file").click()
    button = page.get_by_role("main").get_by_role("link", name=re.compile("^Download"))
    expect(button).to_be_visible(timeout=60_000)

    with page.expect_download() as saved:
        button.click()
    name, address = saved.value.suggested_filename, urlsplit(saved.value.url)
    assert re.fullmatch(r"use-cases-\d{4}-\d\d-\d\d\.xlsx", name)
    assert saved.value.url.startswith(f"{bucket.url}/{BUCKET}/exports/")
    assert 0 < int(parse_qs(address.query)["X-Amz-Expires"][0]) <= 3600
    assert load_workbook(BytesIO(Path(saved.value.path()).read_bytes())).worksheets[0].cell(1, 1).value == "Title"
    # Nobody gets the file by its name alone, and nobody at all once it is deleted.
    assert page.request.get(saved.value.url).ok
    assert page.request.get(saved.value.url.partition("?")[0]).status == 403
    page.get_by_role("button", name="Delete the export").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Exports")
    assert page.request.get(saved.value.url).status in (403, 404)  # as S3 answers who may not list
    context.close()
