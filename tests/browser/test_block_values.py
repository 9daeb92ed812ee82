"""What people do with the values that flow through a block."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import fits_across, settle

SOLIDS = "/?net=resnet18&planes=16,32,64,128&stem_width=16&num_classes=10&image_size=192"
BUNDLED = "/?net=cifar_resnet20&image_size=64"


def switch_on(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_text("Show what flows through it").click()
    expect(page.locator(".ops .worked > *").first).to_be_visible()


def number(text: str) -> float:
    return float(text.strip("()+ ").replace("\u2212", "-"))


def numbers(page: Page, inside: str = ".ops .worked .number") -> list[float]:
    return [number(text) for text in page.locator(inside).all_inner_texts()]


def under(page: Page) -> dict[str, float]:
    """The number under each map, by symbol or else by the operation's name."""
    found = {}
    for figure in page.locator(".ops .op").all():
        symbol = figure.locator(".symbol").inner_text() or figure.locator(".chip b").inner_text()
        found[symbol.replace("\u200b", "")] = number(figure.locator(".number").inner_text())
    return found


def on_show(page: Page) -> str:
    return page.locator(".ops .heading .name").inner_text()


def test_the_numbers_of_every_cell_add_up_as_they_are_shown(page):
    switch_on(page, f"{SOLIDS}&open=layer2.0")
    road, seen = page.locator(".ops .road"), set()
    road.focus()
    for key in ("Home", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        seen.add(page.locator(".ops .where").inner_text())
        shortcut, branch, total = numbers(page)
        assert shortcut + branch == pytest.approx(total, abs=1e-9)
        maps = under(page)
        assert [maps["S(x)"], maps["F(x)"], maps["S(x) + F(x)"]] == [shortcut, branch, total]
        assert maps["y"] == max(total, 0)
    assert len(seen) == 4  # once around a square
    expect(page.locator(".ops .said")).to_contain_text("S(x) + F(x)")


def test_keys_step_through_every_operation_and_its_arithmetic_gives_the_number(page):
    switch_on(page, f"{SOLIDS}&open=layer2.0&op=1")
    names = []
    for _ in range(9):
        name = on_show(page).split(" · ")[-1]
        names.append(on_show(page).split(" · ")[0])
        own = under(page)[name]
        ledger = page.locator(".ops .ledger td:last-child")
        if ledger.count():  # a convolution: three in-channels, the others, and the sum
            *parts, total = (number(text) for text in ledger.all_inner_texts())
            assert sum(parts) == pytest.approx(total, abs=1e-9)
            assert total == own
            assert page.locator(".ops .term").count() == 3
            grids = page.locator(".ops .term").first.locator(".grid")
            cells = [number(text) for text in grids.locator("span").all_inner_texts()]
            side = len(cells) // 2
            given = sum(a * b for a, b in zip(cells[:side], cells[side:], strict=True))
            assert given == pytest.approx(parts[0], abs=0.1 + 0.1 * abs(parts[0]))
        elif name.startswith(("bn", "downsample", "F(x)", "S(x)")) and "γ" in text_of(page):
            gamma, v, mean, sigma, beta, out = numbers(page)
            assert gamma * (v - mean) / sigma + beta == pytest.approx(out, abs=0.01)
            assert out == own
        else:
            assert numbers(page)[-1] == own
        page.keyboard.press("]")
    assert names == [
        "conv1", "bn1", "relu", "conv2", "bn2", "downsample.0", "downsample.1", "S(x) + F(x)",
        "relu",
    ]  # fmt: skip
    expect(page.locator(".ops .step.on")).to_be_disabled()
    page.keyboard.press("[")
    expect(page.locator(".ops .heading .name")).to_have_text("S(x) + F(x)")


def text_of(page: Page) -> str:
    return page.locator(".ops .worked").inner_text()


@pytest.mark.parametrize(
    ("query", "operations"),
    [
        ("se_reduction=16&antialias=binomial&shortcut=D&open=layer2.0", 17),
        ("norm=group&attention=eca&open=layer1.0", 11),
        ("pool=zeros&open=stem", 5),
    ],
)
def test_every_kind_of_operation_is_worked_out(page, query, operations):
    failed = []
    page.on("pageerror", lambda error: failed.append(error))
    page.goto(f"/?net=resnet18&image_size=64&{query}&values=1&op=1")
    worked = page.locator(".ops .worked")
    for step in range(operations):
        expect(worked.locator("> *").first).to_be_visible()
        own = page.locator(".ops .op.shown .number").inner_text()
        said = worked.inner_text()
        assert re.search(rf"(^|\s|\(){re.escape(own)}\)?(\s|$)", said), (step, own, said)
        page.keyboard.press("]")
    expect(page.locator(".ops .step.on")).to_be_disabled()
    assert not failed


def test_a_step_is_in_the_address_and_reload_shows_it(page):
    switch_on(page, f"{BUNDLED}&open=layer3.2")
    page.keyboard.press(",")
    expect(page.locator(".ops .heading .name")).to_have_text("bn2 · F(x)")
    expect(page).to_have_url(re.compile(r"op=5"))
    page.reload()
    expect(page.locator(".ops .heading .name")).to_have_text("bn2 · F(x)")


def test_the_cell_that_is_held_is_in_the_address_and_stays_in_another_block(page):
    switch_on(page, f"{BUNDLED}&open=layer3.2")
    x = page.locator(".ops .road .frame").first
    cell = x.bounding_box()["width"] / 16
    x.click(position={"x": 5.5 * cell, "y": 9.5 * cell})
    expect(page).to_have_url(re.compile(r"at=9\.5(&|$)"))
    page.reload()
    expect(page.locator(".ops .where")).to_contain_text("row 9, column 5")
    expect(page.locator(".ops .where")).to_contain_text("held")
    page.locator('svg.stream [data-part="layer2.2"]').click()
    expect(page.locator(".ops .where")).to_contain_text("row 19, column 11")
    expect(page).to_have_url(re.compile(r"at=19\.11(&|$)"))
    page.locator(".ops .road").press("ArrowDown")
    expect(page).to_have_url(re.compile(r"at=20\.11(&|$)"))


def test_the_pointer_marks_the_cell_in_every_map_without_the_server(page):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda f: sent.append(f)))
    switch_on(page, f"{BUNDLED}&open=layer3.2")
    page.wait_for_timeout(1000)
    assert sent
    sent.clear()
    frames = page.locator(".ops .road .frame")
    cell = frames.nth(1).bounding_box()["width"] / 16
    frames.nth(1).hover(position={"x": 5.5 * cell, "y": 9.5 * cell})
    expect(page.locator(".ops .where")).to_contain_text("row 9, column 5")
    places = frames.locator(".mark").evaluate_all("marks => marks.map(m => m.style.cssText)")
    assert len(places) == 8
    assert len(set(places)) == 1
    page.wait_for_timeout(800)
    assert sent == []


def test_a_click_holds_the_cell_and_shows_how_that_map_is_made(page):
    switch_on(page, f"{BUNDLED}&open=layer3.2")
    maps = page.locator(".ops .op")
    conv1 = maps.filter(has_text="conv1").locator(".frame")
    cell = conv1.bounding_box()["width"] / 16
    conv1.click(position={"x": 5.5 * cell, "y": 9.5 * cell})
    expect(page.locator(".ops .heading .name")).to_have_text("conv1")
    expect(page.locator(".ops .where")).to_contain_text("held")
    maps.filter(has_text="bn2").locator(".frame").hover()
    expect(page.locator(".ops .where")).to_contain_text("row 9, column 5")
    assert page.locator(".ops .window").count() == 1  # on x, which it reads
    conv1.click(position={"x": 5.5 * cell, "y": 9.5 * cell})
    expect(page.locator(".ops .where")).not_to_contain_text("held")


def test_an_in_channel_is_followed_back(page):
    switch_on(page, f"{SOLIDS}&open=layer2.0&op=4")
    expect(page.locator(".ops .ledger")).to_be_visible()
    term = page.locator(".ops .term").filter(has=page.get_by_role("button")).first
    channel = re.search(r"in-channel (\d+)", term.inner_text())[1]
    term.get_by_role("button", name="follow it back").click()
    relu = page.locator(".ops .lower .op").filter(has_text="relu")
    expect(relu).to_contain_text(f"channel {channel}\n")
    expect(page).to_have_url(re.compile(f"via=3%3A{channel}"))
    maps = under(page)
    assert maps["S(x)"] + maps["F(x)"] == pytest.approx(maps["S(x) + F(x)"], abs=1e-9)


def test_a_finer_x_is_marked_where_the_shortcut_reads_it(page):
    switch_on(page, f"{BUNDLED}&open=layer2.0&channel=12")
    page.locator(".ops .road").focus()
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        maps = under(page)
        assert maps["x"] == maps["S(x)"]  # option A adds that very value
        assert maps["S(x)"] + maps["F(x)"] == pytest.approx(maps["S(x) + F(x)"], abs=1e-9)


def test_each_map_may_have_a_scale_of_its_own_and_says_it(page):
    switch_on(page, f"{SOLIDS}&open=layer1.0")
    expect(page.locator(".ops .most")).to_contain_text("+")
    reach = page.locator(".ops .reach")
    assert not any(reach.all_inner_texts())
    page.get_by_role("button", name="Each its own").click()
    assert all("±" in text for text in reach.all_inner_texts())
    expect(page).to_have_url(re.compile("scale=own"))


def test_colours_follow_the_theme(page):
    switch_on(page, f"{BUNDLED}&open=layer3.2")
    corner = "c => [...c.getContext('2d').getImageData(0, 0, 1, 1).data]"
    middle = "c => [...c.getContext('2d').getImageData(120, 0, 1, 1).data]"
    assert page.locator(".ops .road .map").count() == 8
    light = page.locator(".ops .scale canvas").evaluate(middle)
    ends = page.locator(".ops .scale canvas").evaluate(corner)
    assert min(light[:3]) > 230  # nothing is paper
    assert ends[2] > ends[0] + 60  # negative is blue
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        """() => { const all = (root) => [...root.querySelectorAll("*")].flatMap((e) =>
            [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
          const bar = all(document).find((e) => e.matches(".scale canvas"));
          return bar.getContext("2d").getImageData(120, 0, 1, 1).data[0] < 60; }"""
    )


def test_a_phone_shows_the_maps_in_rows_along_the_flow(page):
    page.set_viewport_size({"width": 390, "height": 844})
    switch_on(page, f"{BUNDLED}&open=layer3.2")
    boxes = [frame.bounding_box() for frame in page.locator(".ops .road .frame").all()]
    assert len({round(box["x"]) for box in boxes}) == 4
    page.locator(".ops .road .chip", has_text="conv2").click()
    expect(page.locator(".ops .heading .name")).to_have_text("conv2")
    assert fits_across(page)


def test_stem_and_head_show_what_flows_as_well(page):
    switch_on(page, f"{SOLIDS}&open=stem")
    assert set(under(page)) == {"x", "conv1", "bn1", "relu", "maxpool"}
    page.locator(".ops .chip", has_text="conv1").click()
    *parts, total = map(number, page.locator(".ops .ledger td:last-child").all_inner_texts())
    assert len(parts) == 3  # red, green and blue: no others
    assert sum(parts) == pytest.approx(total, abs=1e-9)
    page.get_by_role("button", name="Close").click()
    page.goto(f"{SOLIDS}&open=head&values=1")
    expect(page.locator(".ops .worked > *").first).to_be_visible()
    settle(page)
    page.locator(".ops .chip", has_text="fc").click()
    *parts, total = map(number, page.locator(".ops .ledger td:last-child").all_inner_texts())
    assert sum(parts) == pytest.approx(total, abs=1e-9)  # the others and the bias among them
