"""What people do on the Attention page."""

import re
from base64 import b64decode
from io import BytesIO
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from explorer.tasks.inputs.photos import sample
from resnet import load_classifier, trace
from resnet.maps.explain import look
from resnet.pictures.overlay import Style, blend, photo_and_heat
from resnet.training.scenes.drawn_shapes import scene
from tests.alpha import premultiplied
from tests.browser.pages import download, fits_across


@pytest.fixture
def attention(page) -> Page:
    page.goto("/attention?model=shapes_resnet20")
    expect(page.locator(".heat")).to_be_visible()
    expect(page.get_by_text("is the logit")).to_be_visible()
    return page


def photograph(seed: int = 1_800_000) -> FilePayload:
    buffer = BytesIO()
    Image.fromarray(scene(seed, objects=2).image).resize((300, 200)).save(buffer, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def upload(page: Page, *files: FilePayload) -> None:
    page.get_by_test_id("stFileUploaderDropzoneInput").last.set_input_files(list(files))


def choose_class(page: Page, name: str) -> None:
    box = page.get_by_role("combobox", name="Class whose evidence is shown")
    box.click()
    box.fill(name)
    page.get_by_role("option", name=name, exact=True).click()


def test_an_uploaded_photograph_gets_an_overlay_that_changes_with_the_class(attention):
    before = attention.locator(".photo").get_attribute("src")
    heat = attention.locator(".heat")
    heat.evaluate("e => { e.kept = true; }")
    upload(attention, photograph())
    expect(attention.get_by_text("never a photograph")).to_be_visible()
    expect(attention.locator(".photo")).not_to_have_attribute("src", before)
    assert heat.evaluate("e => e.kept") is True
    for name in ("star", "drop", "heart"):
        shown = heat.evaluate("e => e.toDataURL()")
        choose_class(attention, name)
        expect(attention.get_by_text(f"{name} at layer3")).to_be_visible()
        expect(attention.locator(".photo")).to_have_attribute("alt", re.compile(f"for {name} "))
        assert heat.evaluate("e => e.toDataURL()") != shown


def test_a_class_is_chosen_among_the_most_probable_by_pointer_and_by_key(attention):
    rows = attention.locator(".ranks .block")
    rows.nth(1).click()
    expect(rows.nth(1)).to_have_attribute("aria-pressed", "true")
    name = rows.nth(1).locator(".name").inner_text().removeprefix("2. ")
    expect(attention.locator(".photo")).to_have_attribute("alt", re.compile(f"for {name} "))
    rows.nth(1).press("ArrowDown")
    attention.keyboard.press("Enter")
    expect(rows.nth(2)).to_have_attribute("aria-pressed", "true")
    expect(rows.nth(2)).to_be_focused()
    expect(rows.nth(1)).to_have_attribute("aria-pressed", "false")


def test_opacity_answers_in_the_browser_alone(page):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    page.goto("/attention")
    expect(page.get_by_text("Each stage has its own")).to_be_visible()
    page.wait_for_timeout(1000)
    before = len(sent)
    page.locator(".heat").evaluate("element => { element.kept = true; }")
    slider = page.get_by_label("Opacity of the map")
    for value in ("10", "40", "90"):
        slider.evaluate("(e, value) => { e.value = value; e.oninput(); }", value)
        share = float(page.locator(".heat").evaluate("element => element.style.opacity"))
        assert share == pytest.approx(int(value) / 100)
    assert before > 0
    assert len(sent) == before
    assert page.locator(".heat").evaluate("element => element.kept") is True


@pytest.mark.parametrize(
    ("placement", "style"),
    [
        ("receptive-field", {}),
        ("conventional", {"signs": "negative", "threshold": "30"}),
        ("receptive-field", {"colours": "magma"}),
    ],
)
def test_the_browser_and_the_png_draw_what_the_library_draws(page, placement, style):
    query = urlencode({"sample": 2, "target": 3, "placement": placement} | style)
    page.goto(f"/attention?model=shapes_resnet20&{query}")
    photo, hot = drawn(placement, **style)
    expect(page.locator(".photo")).to_have_attribute("alt", re.compile("Evidence"))
    shown = pixels(page.locator(".heat"), 512)
    ours, theirs = (premultiplied(x) for x in (shown, np.asarray(hot)))
    off = np.abs(ours - theirs).max(-1) > 3
    assert off.mean() < 0.005  # but for pixels on the edge of a threshold
    assert "threshold" in style or not off.any()
    picture = Image.open(download(page, "Download PNG"))
    assert picture.format == "PNG"
    told = np.asarray(picture, int) - np.asarray(blend(photo, hot, 0.75), int)
    assert np.abs(told).max() <= 1  # the app's forward may round otherwise


def test_a_map_among_others_is_what_the_library_draws(page):
    page.goto("/attention?model=shapes_resnet20&sample=2&target=3")
    last = page.locator(".tiles .map").nth(2)
    expect(page.locator(".photo")).to_have_attribute("alt", re.compile("Evidence"))
    _, hot = drawn("receptive-field", side=384)
    expect(last).to_have_js_property("width", 384)
    shown = premultiplied(pixels(last, 384))
    assert np.abs(shown - premultiplied(np.asarray(hot))).max() <= 3


PIXELS = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let said = "";
  for (let i = 0; i < data.length; i += 4096) {
    said += String.fromCharCode(...data.subarray(i, i + 4096));
  }
  return btoa(said);
}"""


def pixels(canvas: Locator, side: int) -> np.ndarray:
    """What a canvas shows, RGBA (side, side, 4); as one word, which the browser hands over fast."""
    drawn = np.frombuffer(b64decode(canvas.evaluate(PIXELS)), np.uint8)
    return drawn.reshape(side, side, 4)


def drawn(
    placement: str, signs="both", colours="signed", threshold="0", side=512
) -> tuple[Image.Image, ...]:
    """The second sample and its evidence for class 3, as the library draws them."""
    classifier = load_classifier("shapes_resnet20")
    (seen,) = look(classifier, [sample(2, "shapes").image])
    stage = trace(classifier.spec).stage("layer3")
    chosen = Style(signs, colours, int(threshold) / 100)
    return photo_and_heat(seen.view, seen.maps[3].numpy(), stage, side, placement, chosen)


def test_every_stage_is_shown_side_by_side(attention):
    for layer in ("layer1", "layer2", "layer3"):
        expect(attention.locator(".tiles .title", has_text=layer)).to_be_visible()
    attention.get_by_role("radio", name="layer1").click()
    expect(attention.get_by_text("at layer1")).to_be_visible()
    expect(attention).to_have_url(re.compile("layer=layer1"))


def test_a_hostile_file_gets_one_message_and_loses_nothing(attention):
    broken = {"name": "evil.png", "mimeType": "image/png", "buffer": b"<script>alert(1)</script>"}
    upload(attention, photograph(), broken)
    alert = attention.get_by_test_id("stAlert").filter(has_text="evil.png")
    expect(alert).to_have_count(1)
    expect(attention.locator(".heat")).to_be_visible()


def test_a_phone_shows_it_all_without_sideways_scrolling(attention):
    attention.set_viewport_size({"width": 390, "height": 844})
    attention.wait_for_timeout(500)
    assert fits_across(attention)
