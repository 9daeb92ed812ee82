"""A name on the Hugging Face hub, from its field to an answer."""

import json
import re

from playwright.sync_api import expect
from safetensors.torch import save

from resnet import ResNetSpec, build
from tests.browser.pages import fits_across, settle

NAME = "timm/resnet18.tiny"
CONFIG = {"architecture": "resnet18", "label_names": [f"tree {i}" for i in range(10)]}


def test_a_name_is_fetched_under_one_bar_and_answers_as_an_own_checkpoint(page, hub):
    hub.files[NAME] = {
        "model.safetensors": save(build(ResNetSpec.preset("cifar_resnet20")).state_dict()),
        "config.json": json.dumps(CONFIG).encode(),
    }
    page.goto("/attention")
    expect(page.locator(".heat")).to_be_visible()
    page.get_by_text("or a name on the Hugging Face hub").click()
    field = page.get_by_label("Name", exact=True)
    field.fill(NAME)
    field.press("Enter")
    expect(page.get_by_text("is not on this machine yet: 1.09 MB to download")).to_be_visible()
    page.get_by_role("button", name="Download", exact=True).click()
    expect(page.get_by_text("0.0 of 1.1 MB")).to_be_visible()  # of both files together
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    assert fits_across(page)
    hub.half_way.set()
    expect(page).to_have_url(re.compile(r"checkpoint=timm-resnet18\.tiny\.safetensors~"))
    expect(page.get_by_text(re.compile(r"tree \d at layer3"))).to_be_visible()
    settle(page)
    expect(page.get_by_role("button", name="Download", exact=True)).to_have_count(0)
