"""Maps are exact: held against Captum, plain autograd, hooks and the completeness identity."""

import gc
import re
from base64 import b64decode
from dataclasses import replace
from io import BytesIO

import numpy as np
import psutil
import pytest
import torch
from PIL import Image

from resnet import ResNetSpec, build
from resnet.maps.answers import ExplainError
from resnet.maps.attribute import cams
from resnet.maps.cams import CAMS
from resnet.maps.explain import as_batch, explain, explain_layers, look, views_of
from resnet.maps.methods import CAM_AT_THE_LAST
from resnet.maps.stage_maps import maps_from, staged
from resnet.pictures.answer_html import SIDE
from resnet.pictures.transform import Transform
from resnet.residual.flow.anatomy import dissect
from resnet.residual.flow.recording import record
from resnet.residual.lesion_sweep import look_without
from resnet.text.language import speaking
from resnet.weights.classifiers.residual_classifier import ResidualClassifier
from tests.networks import frozen


def test_the_model_is_left_as_it_was_found(classifier, photos):
    model = classifier.model
    before = {name: value.clone() for name, value in model.state_dict().items()}
    explain_layers(classifier, photos)
    look(classifier, photos)
    with pytest.raises(ExplainError):
        explain(classifier, photos, "no such class")
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not any(module.training for module in model.modules())
    assert all(p.grad is None and not p.requires_grad for p in model.parameters())
    assert not any(m._forward_hooks or m._backward_hooks for m in model.modules())


def test_answers_to_500_photographs_leave_nothing_behind():
    spec = ResNetSpec.preset("cifar_resnet20")
    model = build(spec).eval().requires_grad_(False)
    labels, see = tuple("abcdefghij"), Transform(64, 64, (0.5,) * 3, (0.25,) * 3)
    classifier = ResidualClassifier(
        "r20", "ResNet-20", model, spec, labels, see, "made here", "", "file"
    )
    pixels = np.random.default_rng(0).integers(0, 255, (500, 64, 64, 3), np.uint8)
    photographs = [Image.fromarray(each) for each in pixels]

    def answer(some: list[Image.Image]) -> tuple[int, int]:
        for start in range(0, len(some), 10):
            look(classifier, some[start : start + 10])
        explain_layers(classifier, some[:1])
        gc.collect()
        tensors = sum(issubclass(type(each), torch.Tensor) for each in gc.get_objects())
        return tensors, psutil.Process().memory_info().rss

    tensors, resident = answer(photographs[:100])
    tensors_after, resident_after = answer(photographs[100:])
    assert tensors_after == tensors
    # one stage's features of a single image are 0.26 MB: keeping any would add over 100 MB
    assert resident_after - resident < 50e6


def test_an_explanation_tells_its_predictions_and_where_its_cells_lie(classifier, photos):
    said = explain(classifier, photos)
    assert said.maps.shape == (3, 2, 2)
    assert said.targets.tolist() == said.logits.argmax(1).tolist()
    best = said.top(0)
    assert [p.index for p in best] == said.logits[0].topk(5).indices.tolist()
    assert best[0].probability == pytest.approx(float(said.logits[0].softmax(0).max()))
    assert (said.stage.name, said.stage.jump, said.stage.centre) == ("layer4", 32, 0)


def test_what_is_returned_can_take_part_in_a_later_backward(classifier, photos):
    answers = [explain(classifier, photos[:1]), *explain_layers(classifier, photos[:1]).values()]
    tensors = [t for a in answers for t in (a.maps, a.logits, a.biases)]
    seen = look(classifier, photos[:1])[0]
    for tensor in (*tensors, seen.maps, seen.logits):
        weights = torch.ones_like(tensor, requires_grad=True)
        (weights * tensor).sum().backward()
        assert torch.equal(weights.grad, tensor)
    assert not any(answer.targets.is_inference() for answer in answers)


def test_an_explanation_draws_itself(classifier, photos):
    said = explain(classifier, photos[:2], 6)
    html = said._repr_html_()
    pictures = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    for i, picture in enumerate(pictures):
        drawn = np.asarray(Image.open(BytesIO(b64decode(picture))))
        view = np.asarray(said.views[i].resize((SIDE, SIDE), Image.Resampling.BICUBIC))
        assert drawn.shape == view.shape
        assert (drawn != view).any()  # the map lies over it
        assert (drawn == np.asarray(said.overlay(i))).all()
    assert len(pictures) == 2
    assert html.count("Grad-CAM of great fox at layer4") == 4  # as alt and caption
    for best in said.top(1):
        assert f">{best.label}</td><td>{best.probability:.1%}</td>" in html


def test_a_label_is_never_markup(classifier, photos):
    wrong = replace(classifier, labels=("<script>", *classifier.labels[1:]))
    html = explain(wrong, photos[:1], 0)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("ask", [explain, explain_layers, look])
def test_a_bare_module_is_told_what_takes_it(ask, classifier, photos):
    with pytest.raises(ExplainError, match=r"resnet\.explore\(model, images=…\)"):
        ask(classifier.model, photos)


def test_one_backward_pass_gives_what_each_stage_gives_alone(classifier, photos):
    together = explain_layers(classifier, photos, "crab", method="hirescam")
    for layer, said in together.items():
        alone = explain(classifier, photos, "crab", layer=layer, method="hirescam")
        assert torch.allclose(said.maps, alone.maps, atol=1e-5)


def test_a_look_holds_every_class_at_once(classifier, photos):
    looks = look(classifier, photos)
    for target in range(7):
        said = explain(classifier, photos, target)
        assert torch.allclose(
            torch.stack([one.maps[target] for one in looks]), said.maps, atol=1e-5
        )


def test_half_precision_stays_near(classifier, photos):
    full, half = explain(classifier, photos, 1), explain(classifier, photos, 1, precision="bf16")
    scale = full.maps.abs().max()
    assert half.maps.dtype == torch.float32
    assert (full.maps - half.maps).abs().max() < 0.1 * scale


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"targets": "ox"}, "fox, great fox"),
        ({"targets": 7}, "0 to 6"),
        ({"targets": [1, 2]}, "2 classes are named for 3"),
        ({"layer": "layer5"}, "layer1, layer2, layer3, layer4"),
        ({"method": "magic"}, "gradcam, hirescam"),
        ({"precision": "int8"}, "fp32, bf16, fp16"),
    ],
)
def test_what_cannot_be_asked_is_answered_with_what_can(classifier, photos, changes, words):
    with pytest.raises(ExplainError, match=words):
        explain(classifier, photos, **changes)


def test_a_network_of_one_grey_channel_reads_photographs(photos):
    model = frozen(block="basic", layers=(1, 1, 1, 1), in_channels=1)
    see = Transform(32, 32, (0.5,), (0.5,))
    spec = replace(model.spec, image_size=32)
    labels = tuple("abcdefg")
    grey = ResidualClassifier("grey", "Grey", model, spec, labels, see, "made here", "", "file")
    assert explain(grey, photos).logits.shape == (3, 7)


def broken(classifier, **weights) -> ResidualClassifier:
    """The same network with these weights, of which it makes numbers that are none."""
    model = build(classifier.spec)
    model.load_state_dict(classifier.model.state_dict() | weights)
    return replace(classifier, model=model.eval().requires_grad_(False))


@pytest.mark.parametrize(
    "weights",
    [
        {"bn1.running_var": torch.full((8,), -1.0)},
        {"fc.weight": torch.full((7, 64), 3e38)},
        {"bn1.weight": torch.full((8,), 3e38)},
    ],
    ids=["square root of a negative", "logits beyond float32", "stream beyond float32"],
)
def test_an_answer_that_is_no_number_is_refused_by_every_way_to_ask(classifier, photos, weights):
    wrong = broken(classifier, **weights)
    last = wrong.spec.stage_names[-1]
    ways = [
        lambda: explain(wrong, photos),
        lambda: explain_layers(wrong, photos[:1], 0),
        lambda: look(wrong, photos),
        lambda: look(wrong, photos, "bf16"),
        lambda: record(wrong, photos[0]),
        lambda: dissect(wrong, photos[0], 0),
        lambda: look_without(wrong, photos[0], {"layer2.0"}),
    ]
    for ask in ways:
        with pytest.raises(ExplainError, match="numbers that are none") as refused, speaking("en"):
            ask()
        assert "\n" not in str(refused.value)
    with pytest.raises(ExplainError, match="numbers that are none"):
        cams(wrong.model, as_batch(wrong, views_of(wrong, photos[:1])), 0, last)
    with pytest.raises(ExplainError, match="不是数"), speaking("zh"):
        look(wrong, photos)


def test_a_deviation_of_almost_nothing_is_refused(classifier, photos):
    see = replace(classifier.transform, std=(1e-45,) * 3)
    with pytest.raises(ExplainError, match="normalised otherwise"):
        look(replace(classifier, transform=see), photos)


@pytest.mark.parametrize("method", CAMS)
def test_the_last_stages_map_is_the_methods_own(classifier, photos, method):
    """Those that are CAM there may be taken from the forward, and no other."""
    last, batch = (
        classifier.spec.stage_names[-1],
        as_batch(classifier, views_of(classifier, photos)),
    )
    targets = torch.zeros(len(photos), dtype=torch.long)
    found = classifier.maps(batch, targets, [last], method, "fp32")[0][last]
    kept, logits = staged(classifier.model, batch, [last])
    assert torch.allclose(found, maps_from(kept, logits, targets)[method][last], atol=1e-4)
    cam = classifier.look(batch, "fp32")[0][:, 0]
    assert torch.allclose(found, cam, atol=1e-4) is (method in CAM_AT_THE_LAST)
