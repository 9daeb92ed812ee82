"""A photograph goes down the road, and the class looks on."""

import re

from playwright.sync_api import Page, expect

from tests.browser.pages import fits_across, settle

SOLIDS = "/?net=resnet18&planes=16,32,64,128&stem_width=16&num_classes=10&image_size=192"

WIDTHS = """all => Promise.all(all.map((one) => {
  const image = new Image();
  image.src = one.getAttribute("href");
  return image.decode().then(() => image.width);
}))"""


def travelled(page: Page):
    return page.locator("svg.stream .travelled")


def test_a_first_visitor_sends_a_photograph_through_a_trained_network(page):
    page.goto("/")
    settle(page)
    page.get_by_text("Send a photograph").click()
    expect(travelled(page)).to_have_count(10)  # what enters, the stem, and eight sums
    expect(page.get_by_text("This is the trained ResNet-18 ×¼")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Undo", exact=True).last.click()
    expect(page).to_have_url(re.compile("net=resnet50"))


def test_every_image_is_there_and_a_block_still_opens_under_it(page):
    page.goto(f"{SOLIDS}&sent=1&open=none")
    expect(travelled(page)).to_have_count(10)
    settle(page)
    decoded = travelled(page).locator("image").evaluate_all(WIDTHS)
    assert all(0 < width <= 104 for width in decoded)
    page.locator('.stream .travelled[data-part="map layer3.0"]').click(force=True)
    expect(page.locator("svg.detail")).to_be_visible()


def test_a_channel_and_the_same_picture_in_the_open_block(page):
    page.goto(f"{SOLIDS}&sent=1&open=layer4.1&values=1")
    expect(travelled(page)).to_have_count(10)
    expect(page.locator(".ops .worked > *").first).to_be_visible()
    settle(page)
    first = page.get_by_role("radio", name="One channel").first
    first.click()
    expect(page).to_have_url(re.compile("sent_channel=0"))
    before = travelled(page).nth(4).locator("image").get_attribute("href")
    channel = page.get_by_label("Channel of the stream", exact=True)
    channel.fill("7")
    channel.press("Enter")
    expect(page).to_have_url(re.compile("sent_channel=7"))
    expect(travelled(page).nth(4).locator("image")).not_to_have_attribute("href", before)


def test_on_a_phone_it_fits(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{SOLIDS}&sent=1&open=none")
    expect(travelled(page)).to_have_count(10)
    settle(page)
    assert fits_across(page)
