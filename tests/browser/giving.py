"""Files that people give to a page."""

import re
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.pages import settle
from tests.checkpoints import resnet20


def photograph(name: str, colour: str) -> FilePayload:
    buffer = BytesIO()
    Image.new("RGB", (120, 90), colour).save(buffer, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": buffer.getvalue()}


def checkpoint(name: str) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": resnet20()}


def class_names(name: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": b"oak\nbeech\nash\nelm"}


def give(page: Page, *files: FilePayload, to: str = "stMain") -> None:
    uploader = page.get_by_test_id(to).get_by_test_id("stFileUploaderDropzoneInput").first
    uploader.set_input_files(list(files))
    expect(page.get_by_role("button", name=f"Remove {files[-1]['name']}")).to_be_visible()
    settle(page)


def given(page: Page) -> Locator:
    return page.locator(".st-key-given_photos").get_by_text(re.compile(r"\d k?B"))
