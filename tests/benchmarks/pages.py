"""The pages in a real browser, each against a bare page with the same widgets."""

from __future__ import annotations

import re
import shutil
import time
from contextlib import ExitStack
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from resnet import ResNetSpec, trace
from resnet.drawing.stream.picture import draw_stream
from resnet.training.scenes.drawn_shapes import scene
from tests.benchmarks.timing import Claim, Found, Section, Times, bounded, compared
from tests.visitors import served

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 11
MOST_KB = {"resnet152": 200, "cifar_resnet1202": 300}
_CLASSES = ("cone", "cube", "dome", "torus")  # of the bundled model, shown in turn
CHANGES = 31  # of the class: medians of 11 were between 1.2 and 1.7 in one hour
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DRAWN = "svg.stream"  # the picture
EMPTY = ".js-plotly-plot"  # the bare page's chart

# When each picture of another network was drawn, in seconds.
PICTURES = """() => {
  window.pictures = [];
  let last;
  const look = () => {
    const host = document.querySelector(".st-key-drawn_stream [data-svg]");
    const now = host?.shadowRoot?.querySelector("svg")?.getAttribute("aria-label");
    if (now && now !== last) window.pictures.push(performance.now() / 1000);
    last = now ?? last;
    requestAnimationFrame(look);
  };
  look();
}"""

# Seconds from an event to the frame in which the page says what is awaited.
WATCH = """([event, done]) => {
  const ready = new Function("return " + done);
  window.taken = new Promise((resolve) => {
    addEventListener(event, () => {
      const start = performance.now();
      const look = () => ready() ? resolve((performance.now() - start) / 1000)
                                 : requestAnimationFrame(look);
      requestAnimationFrame(look);
    }, { capture: true, once: true });
  });
}"""


def serving(stack: ExitStack, script: Path) -> str:
    """The address of a Streamlit server of a script, for as long as the stack holds it."""
    folder = Path(stack.enter_context(TemporaryDirectory()))
    options = ("--server.address", "localhost", "--browser.gatherUsageStats", "false")
    bare = {"PYTHONPATH": str(ROOT)}  # for pages that do not look for the library themselves
    return stack.enter_context(served(folder / "log", *options, script=script, **bare)).address


def first_paint(browser: Browser, address: str, mark: str) -> float:
    """Seconds from the call to the mark on the page, with a warm server and a cold browser."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        start = time.perf_counter()
        page.goto(address)
        page.wait_for_selector(mark, timeout=60_000)
        return time.perf_counter() - start


def change_depth(page: Page, depth: int, done: str) -> float:
    """Seconds from Enter in the depth box to what is awaited."""
    box = page.get_by_label("Depth", exact=True)
    box.fill(str(depth))
    page.evaluate(WATCH, ["keydown", done])
    box.press("Enter")
    return page.evaluate("window.taken")


def click(page: Page, selector: str, done: str) -> float:
    """Seconds from a click to what is awaited."""
    page.evaluate(WATCH, ["click", done])
    page.locator(selector).first.click(position={"x": 5, "y": 5})
    taken = page.evaluate("window.taken")
    page.get_by_role("button", name="Close").click()
    page.wait_for_timeout(700)
    return taken


def change_class(page: Page, label: str, done: str) -> float:
    """Seconds from Enter in the list of classes to what is awaited."""
    box = page.get_by_role("combobox", name="Class whose evidence is shown")
    box.click()
    box.fill(label)
    page.get_by_role("option", name=label, exact=True).wait_for()
    page.evaluate(WATCH, ["keydown", done])
    box.press("Enter")
    taken = page.evaluate("window.taken")
    page.wait_for_timeout(700)
    return taken


def has(selector: str, text: str = "") -> str:
    """JavaScript: the page shows such an element with such a text, also inside components."""
    return f"""[document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot)]
      .some((root) => [...(root?.querySelectorAll("{selector}") ?? [])]
        .some((e) => [e.getAttribute("aria-label"), e.alt, e.textContent].join(" ")
          .includes("{text}")))"""


def paired(
    name: str, pairs: list[tuple[float, float]], most: float, other: str = "bare page"
) -> Section:
    ours, theirs = zip(*pairs, strict=True)
    times = {"explorer": Times("explorer", ours), other: Times(other, theirs)}
    return compared(name, times, {("explorer", other): most})


def depth_changes(page: Page, bare: Page, deep: int, other: int, most: float) -> Section:
    """From another network to the deep one: the new picture against the bare page's new number."""
    pairs = []
    for _ in range(ROUNDS):
        ours = change_depth(page, deep, has(DRAWN, f"resnet{deep}"))
        theirs = change_depth(bare, deep, has("h3", f"depth {deep}"))
        pairs.append((ours, theirs))
        change_depth(page, other, has(DRAWN, f"resnet{other}"))
        change_depth(bare, other, has("h3", f"depth {other}"))
    return paired(f"Depth changed to {deep}, picture drawn", pairs, most)


def class_changes(page: Page, bare: Page, app: str, plain: str) -> Section:
    """Another class of the bundled model: its overlay against the bare page's new heading."""
    for each, address, mark in (
        (page, f"{app}/attention", ".heat"),
        (bare, plain, EMPTY),
    ):
        each.goto(address)
        each.wait_for_selector(mark, timeout=60_000)
        each.wait_for_timeout(2500)
    pairs = []
    for label in islice(cycle(_CLASSES), CHANGES + 1):
        ours = change_class(page, label, has(".photo", f"Evidence for {label}"))
        pairs.append((ours, change_class(bare, label, has("h4", f"class {label}"))))
    return paired("Class changed, overlay drawn", pairs[1:], 1.5)


def many_photographs(browser: Browser, app: str) -> Section:
    """Another class with forty photographs beside the one on show, against the same with one."""
    pages = []
    for n in (1, 40):
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{app}/attention")
        page.wait_for_selector(".heat", timeout=60_000)
        page.wait_for_timeout(2500)
        uploader = page.get_by_test_id("stMain").get_by_test_id("stFileUploaderDropzoneInput")
        uploader.first.set_input_files([_scene(i) for i in range(n)])
        page.wait_for_selector(".photos .block" if n > 1 else "button:has-text('Remove 0.png')")
        page.wait_for_timeout(2500)
        pages.append(page)
    pairs = []
    for label in islice(cycle(_CLASSES), CHANGES + 1):
        one, forty = (
            change_class(page, label, has(".photo", f"Evidence for {label}")) for page in pages
        )
        pairs.append((forty, one))
    return paired("Class changed with 40 photographs", pairs[1:], 1.2, "one photograph")


def _scene(i: int) -> FilePayload:
    buffer = BytesIO()
    Image.fromarray(scene(i).image).save(buffer, "PNG")
    return {"name": f"{i}.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


def drags(page: Page, app: str) -> Section:
    """Seconds from picture to picture while the depth slider is dragged from ResNet-18 to 152."""
    taken = []
    for _ in range(ROUNDS // 2):
        page.goto(f"{app}/?net=resnet18")
        page.wait_for_selector(DRAWN)
        page.wait_for_timeout(1500)
        page.evaluate(PICTURES)
        drag(page, from_=0.04, to=0.6, seconds=4)
        _, first, *drawn = page.evaluate("window.pictures")  # one was there before
        taken.append((drawn[-1] - first) / len(drawn))
    times = Times("from picture to picture", tuple(taken))
    return bounded("Depth dragged from 18 to 152", times, 0.2)


def drag(page: Page, from_: float, to: float, seconds: float) -> None:
    """Drag the depth slider from one share of its length to another."""
    track = page.get_by_role("slider", name="Depth, by slider").bounding_box()
    assert track is not None
    middle, start = track["y"] + track["height"] / 2, time.perf_counter()
    page.mouse.move(track["x"] + track["width"] * from_, middle)
    page.mouse.down()
    while (share := (time.perf_counter() - start) / seconds) < 1:
        page.mouse.move(track["x"] + track["width"] * (from_ + share * (to - from_)), middle)
        page.wait_for_timeout(16)
    page.mouse.up()


def halts(page: Page, app: str) -> Section:
    """Seconds from a press on Halt to a page on which nothing runs, in a lesson that trains."""
    page.goto(f"{app}/lessons?lesson=degradation&hide=prediction")
    taken = []
    for _ in range(ROUNDS):
        page.get_by_role("button", name=re.compile("Run (it here|again)")).click()
        page.get_by_test_id("stProgress").get_by_text(re.compile(r"^\d+ / \d+$")).wait_for()
        page.evaluate(WATCH, ["click", f"!{has('button', 'Halt')}"])
        page.get_by_role("button", name="Halt").click()
        taken.append(page.evaluate("window.taken"))
        page.wait_for_timeout(700)
    return bounded("A run halted, its button gone", Times("halt", tuple(taken)), 1)


def sizes() -> Section:
    """The bytes of the pictures, as they are sent."""
    pictures = {name: draw_stream(trace(ResNetSpec.preset(name))) for name in MOST_KB}
    claims = (
        Claim(f"picture of {name}", len(svg.encode()) / 1e3, MOST_KB[name], "kB")
        for name, svg in pictures.items()
    )
    return Section("What is sent", (), tuple(claims))


def main() -> Found:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("No Chromium here: the pages cannot be timed.")
    yield sizes()
    with ExitStack() as stack:
        app = serving(stack, ROOT / "explorer" / "app.py")
        plain = serving(stack, Path(__file__).with_name("bare_page.py"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        stack.callback(browser.close)
        paints = [
            (first_paint(browser, app, DRAWN), first_paint(browser, plain, EMPTY))
            for _ in range(ROUNDS + 1)
        ]
        yield paired("First paint", paints[1:], 1.3)
        page, bare = browser.new_page(), browser.new_page()
        for each, address, mark in ((page, app, DRAWN), (bare, plain, EMPTY)):
            each.set_viewport_size({"width": 1440, "height": 900})
            each.goto(address)
            each.wait_for_selector(mark, timeout=60_000)
            each.wait_for_timeout(1500)
        yield depth_changes(page, bare, 152, 101, 1.5)
        page.goto(f"{app}/?open=none")
        page.wait_for_selector(DRAWN)
        page.wait_for_timeout(1500)
        block = (".stream .block", has("svg.detail"))
        button = ("button:has-text('Open')", has("h4", "opened"))
        opened = [(click(page, *block), click(bare, *button)) for _ in range(ROUNDS)]
        yield paired("Click to open block", opened, 1.5)
        yield drags(page, app)
        page.goto(f"{app}/?net=cifar_resnet110")
        page.wait_for_selector(DRAWN)
        page.wait_for_timeout(1500)
        yield depth_changes(page, bare, 1202, 110, 2.0)
        plain = serving(stack, Path(__file__).with_name("bare_attention.py"))
        yield class_changes(page, bare, app, plain)
        yield many_photographs(browser, app)
        yield halts(page, app)
