"""A photograph sent through the whole network, driven without a browser."""

import base64
from io import BytesIO

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.figures.thumbnails import painted
from explorer.tasks.inputs.photos import sample
from resnet import load_classifier
from resnet.residual.flow.stream_maps import stream_maps
from tests.explorer.drawn import flow, stream
from tests.explorer.pages import page, said
from tests.svg import of_class

BUNDLED = {"net": "cifar_resnet20", "image_size": "64", "open": "none"}


def on_the_way(app: AppTest) -> dict[str, np.ndarray]:
    """The maps that lie on the stream, as they are painted, by name; none where none are."""
    found = {}
    for group in of_class(stream(app), "travelled"):
        url = group[1].get("href").partition("base64,")[2]
        found[group.get("data-part").removeprefix("map ")] = np.asarray(
            Image.open(BytesIO(base64.b64decode(url)))
        )
    return found


def test_nothing_is_sent_until_it_is_asked_for():
    app = page(**BUNDLED).run()
    assert not on_the_way(app)
    app.toggle(key="architecture_sent").set_value(True).run()
    assert not app.exception
    assert app.query_params["sent"] == "1"
    assert on_the_way(app)


def test_every_sum_has_the_map_that_the_network_computes():
    maps = on_the_way(page(**BUNDLED, sent="1").run())
    classifier = load_classifier("shapes_resnet20")
    see = classifier.transform
    image = see.tensor(see.view(sample(2, "shapes").image))[None]
    known = dict(stream_maps(classifier.model, image, None))
    blocks = [f"layer{stage}.{number}" for stage in (1, 2, 3) for number in (0, 1, 2)]
    assert {*maps} == {"image", "stem", *blocks}
    for name, values in known.items():
        assert np.array_equal(maps[name], np.asarray(painted(values.numpy())))
    assert maps["image"].shape[2] == 3


def test_a_projector_shows_the_maps_that_are_known():
    app = page(**BUNDLED, sent="1").run()
    known = on_the_way(app)
    app.button(key="projector").click().run()
    assert not app.exception
    assert "projected" in stream(app).get("class")
    shown = on_the_way(app)
    assert {"image", "stem", "layer3.2"} <= {*shown} <= {*known}
    assert all(np.array_equal(shown[name], known[name]) for name in shown)


def test_a_channel_is_shown_where_the_stream_has_it():
    app = page(**BUNDLED, sent="1", sent_channel="20").run()
    assert app.number_input(key="architecture_sent_channel").value == 20
    assert {*on_the_way(app)} == {"image", *(f"layer{s}.{n}" for s in (2, 3) for n in (0, 1, 2))}
    assert "Channel 20 of the stream, where it has so many" in said(app)


def test_what_is_sent_is_what_flows_through_the_open_block():
    app = page(**BUNDLED | {"open": "layer1.0"}, sent="1", values="1", picture="3").run()
    assert not app.exception
    assert on_the_way(app)
    assert flow(app)
    assert [box.value for box in app.selectbox if box.key == "architecture_picture"] == ["3"]
    app.toggle(key="architecture_sent").set_value(False).run()
    assert not app.exception
    assert [box.value for box in app.selectbox if box.key == "architecture_picture"] == ["3"]


def test_another_picture_and_another_network_have_maps_of_their_own():
    app = page(**BUNDLED, sent="1").run()
    first = on_the_way(app)
    app.selectbox(key="architecture_picture").set_value("5").run()
    assert not app.exception
    then = on_the_way(app)
    assert {*then} == {*first}
    assert not np.array_equal(then["stem"], first["stem"])
    app.number_input(key="network_depth").set_value(32).run()
    assert {name for name in on_the_way(app) if name.startswith("layer3")} == {
        f"layer3.{number}" for number in range(5)
    }


def test_values_beyond_float32_are_said():
    app = page(net="cifar_resnet1202", image_size="8", open="none", sent="1").run()
    assert not app.exception
    assert "Beyond the last map the values go beyond what float32 holds" in said(app)


def test_a_network_too_large_is_refused_and_its_picture_stays():
    app = page(net="resnet152", width_per_group="256", open="none", sent="1").run()
    assert not app.exception
    assert "GB" in app.info[0].value
    assert of_class(stream(app), "block")


def test_a_teachers_link_hides_it():
    app = page(**BUNDLED, sent="1", hide="sent").run()
    assert not [toggle for toggle in app.toggle if toggle.key == "architecture_sent"]
    assert not on_the_way(app)


def test_a_map_is_painted_from_its_smallest_value_to_its_largest():
    alpha = np.asarray(painted(np.array([[1.0, 2.0], [3.0, 1.5]], np.float32)))[..., 3]
    assert alpha.tolist() == [[0, 128], [255, 64]]
    assert not np.asarray(painted(np.full((2, 2), 7, np.float32)))[..., 3].any()
