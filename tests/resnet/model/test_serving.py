"""The serving form is the same function: held against the model it was made of."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from torch import nn

from resnet import ResNetSpec, build
from resnet.maps.methods import SIGNED_CAMS
from resnet.maps.stage_maps import class_maps, features_of, maps_of_features, stage_maps
from resnet.model.module import ResNet
from resnet.model.serving import BLOCKED, foldable, serving
from resnet.network.tracing import trace
from resnet.pictures.transform import Transform
from resnet.weights.classifiers.residual_classifier import ResidualClassifier
from tests.strategies import specs


def trained(spec: ResNetSpec, dtype: torch.dtype = torch.float64) -> ResNet:
    """In eval mode, with statistics and scales as after training: none is one or zero."""
    torch.manual_seed(0)
    model = build(spec).eval()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.5)
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.5)
    nn.init.normal_(model.fc.bias)
    return model.requires_grad_(False).to(dtype)


needs_blocked = pytest.mark.skipif(
    torch.bfloat16 not in BLOCKED.get(torch.backends.cpu.get_cpu_capability(), ()),
    reason="this CPU has no AVX-512, so it does not compute bf16 in the blocked layout",
)


def images_of(model: ResNet, n: int = 2) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    images = torch.randn(n, model.spec.in_channels, *model.spec.input_size, generator=generator)
    return images.to(model.fc.weight.dtype)


def close(one: torch.Tensor, other: torch.Tensor, tolerance: float) -> bool:
    """Whether the difference is small beside the largest value."""
    return bool((one - other).abs().max() <= tolerance * other.abs().max())


@settings(max_examples=20)
@given(specs())
def test_every_stage_logits_and_maps_are_the_models(spec):
    model = trained(spec)
    images, form = images_of(model, 1), serving(model)
    with torch.inference_mode():
        for (name, ours), (same, theirs) in zip(
            form.stages(images), model.stages(images), strict=True
        ):
            assert name == same
            assert close(ours, theirs, 1e-10)
        assert close(form(images), model(images), 1e-10)
        assert close(maps_of_features(form, ours), maps_of_features(model, theirs), 1e-10)


@settings(max_examples=15)
@given(specs())
def test_in_float32_only_rounding_differs(spec):
    model = trained(spec, torch.float32)
    images = images_of(model)
    for ours, theirs in zip(
        class_maps(serving(model), images), class_maps(model, images), strict=True
    ):
        assert close(ours, theirs, 1e-5)


BASIC = ResNetSpec(layers=(2, 1), planes=(8, 16), image_size=32)
PADDED = ResNetSpec(layers=(1, 1), planes=(8, 16), stem="cifar", stem_width=8, shortcut="A")


def read(form: ResNet, grad: bool, precision: str = "fp32") -> set[tuple[bool, torch.dtype]]:
    """What its convolutions read in one forward: whether in the blocked layout, and its type."""
    seen = set()
    hooks = [
        module.register_forward_pre_hook(lambda _, x: seen.add((x[0].is_mkldnn, x[0].dtype)))
        for module in form.modules()
        if isinstance(module, nn.Conv2d)
    ]
    with torch.set_grad_enabled(grad):
        features_of(form, images_of(form), precision)
    for hook in hooks:
        hook.remove()
    return seen


@needs_blocked
def test_without_gradients_the_trunk_stays_in_the_blocked_layout():
    form = serving(trained(BASIC, torch.float32))
    assert read(form, grad=False) == {(True, torch.float32)}
    assert read(form, grad=True) == {(False, torch.float32)}


@needs_blocked
@pytest.mark.parametrize("spec", [PADDED, replace(BASIC, se_reduction=4)], ids=["A", "SE"])
def test_what_that_layout_cannot_do_runs_without_it(spec):
    assert read(serving(trained(spec, torch.float32)), grad=False) == {(False, torch.float32)}


def test_a_cpu_without_such_kernels_answers_the_same(monkeypatch):
    model = trained(BASIC, torch.float32)
    form, images = serving(model), images_of(model)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "DEFAULT")
    assert read(form, grad=False) == {(False, torch.float32)}
    assert close(class_maps(form, images)[0], class_maps(model, images)[0], 1e-5)


@needs_blocked
@pytest.mark.parametrize("preact", [False, True])
def test_half_precision_is_the_model_but_for_its_rounding(preact):
    model = trained(replace(BASIC, preact=preact), torch.float32)
    form, images = serving(model), images_of(model)
    assert read(form, grad=False, precision="bf16") == {(True, torch.bfloat16)}
    (maps, logits), (exact, expected) = class_maps(form, images, "bf16"), class_maps(model, images)
    assert close(maps, exact, 0.05)
    assert close(logits, expected, 0.05)
    assert not maps.equal(class_maps(form, images)[0])
    assert maps.dtype == logits.dtype == torch.float32


@needs_blocked
def test_weights_are_laid_out_once_for_each_precision(monkeypatch):
    form, laid = serving(trained(BASIC, torch.float32)), []
    layout = torch.Tensor.to_mkldnn
    monkeypatch.setattr(torch.Tensor, "to_mkldnn", lambda x, *of: laid.append(x) or layout(x, *of))
    images = images_of(form)
    class_maps(form, images)
    assert len(laid) > 1
    laid.clear()
    class_maps(form, images)
    assert len(laid) == 1  # the images


@settings(max_examples=20)
@given(specs())
def test_gradients_at_every_stage_are_the_models(spec):
    model = trained(spec)
    images, form = images_of(model), serving(model)
    for method in SIGNED_CAMS:
        ours, logits, targets = stage_maps(form, images, None, spec.stage_names, method)
        theirs, expected, chosen = stage_maps(model, images, None, spec.stage_names, method)
        assert targets.equal(chosen)
        assert close(logits, expected, 1e-10)
        assert all(close(ours[name], theirs[name], 1e-9) for name in spec.stage_names)


@settings(max_examples=20)
@given(specs())
def test_what_a_stage_hands_out_never_changes(spec):
    model = trained(spec, torch.float32)
    with torch.inference_mode():
        handed = [(x, x.clone()) for _, x in serving(model).stages(images_of(model))]
    assert all(x.equal(as_handed) for x, as_handed in handed)


@settings(max_examples=20)
@given(specs())
def test_every_bn_is_folded_but_those_that_read_the_stream(spec):
    form = serving(trained(spec))
    left = {name for name, m in form.named_modules() if isinstance(m, nn.BatchNorm2d)}
    stream = {f"{plan.name}.bn1" for plan in spec.blocks() if plan.activates} | {"norm"}
    pooled = {"maxpool.2"} if spec.stem_pool == "conv" and spec.antialias != "none" else set()
    before = stream if spec.preact else set()
    assert left == (before | pooled if spec.norm == "batch" else set())


def test_a_pair_is_a_convolution_and_the_normalisation_of_its_channels():
    graph = trace(ResNetSpec.preset("resnet50"))
    pairs = list(foldable(graph))
    assert len(pairs) == len(set(pairs)) == 53  # as many as convolutions
    assert pairs[:2] == [("conv1", "bn1"), ("layer1.0.conv1", "layer1.0.bn1")]
    assert ("layer1.0.downsample.0", "layer1.0.downsample.1") in pairs


@pytest.mark.parametrize("preact", [False, True])
def test_the_model_is_left_as_it_was_found(preact):
    spec = ResNetSpec(layers=(1, 1), planes=(8, 16), image_size=32, preact=preact)
    model = trained(spec, torch.float32).requires_grad_(True)
    modules = dict(model.named_modules())
    before = {name: value.clone() for name, value in model.state_dict().items()}
    strides = {name: value.stride() for name, value in model.state_dict().items()}
    form = serving(model)
    stage_maps(form, images_of(model), None, model.spec.stage_names, "gradcam")
    class_maps(form, images_of(model))
    after = model.state_dict()
    assert modules == dict(model.named_modules())
    assert all(before[name].equal(after[name]) for name in before)
    assert strides == {name: value.stride() for name, value in after.items()}
    assert all(p.requires_grad and p.grad is None for p in model.parameters())
    assert not any(m._forward_hooks or m._backward_hooks for m in model.modules())
    assert not any(getattr(m, "inplace", False) for m in model.modules())
    assert not any(p.requires_grad for p in form.parameters())


def test_what_is_not_folded_is_shared():
    model = trained(ResNetSpec(layers=(1, 1), planes=(8, 16), image_size=32))
    assert serving(model).fc.weight.data_ptr() == model.fc.weight.data_ptr()


def test_a_model_in_training_has_no_serving_form():
    with pytest.raises(ValueError, match=r"call eval\(\) first"):
        serving(build(ResNetSpec(layers=(1,), planes=(8,), image_size=32)))


@pytest.fixture
def classifier() -> ResidualClassifier:
    spec = ResNetSpec(layers=(1, 1), planes=(8, 16), num_classes=5, image_size=32)
    model = trained(spec, torch.float32)
    see = Transform(32, 32, (0.5,) * 3, (0.25,) * 3)
    labels = tuple("abcde")
    return ResidualClassifier("tiny", "Tiny", model, spec, labels, see, "made here", "", "file")


def test_a_classifier_makes_its_serving_form_once(classifier):
    assert classifier.serving is classifier.serving
    assert classifier.serving is not classifier.model
    assert replace(classifier, model=classifier.model).serving is not classifier.serving


def test_where_a_second_copy_does_not_fit_the_model_serves_itself(classifier, monkeypatch):
    monkeypatch.setattr(
        "resnet.weights.classifiers.residual_classifier.free_bytes", lambda device: 1000
    )
    assert classifier.serving is classifier.model


def test_threads_share_one_form(classifier):
    form = classifier.serving
    batches = [torch.randn(3, 3, 32, 32) for _ in range(24)]
    expected = [class_maps(classifier.model, batch) for batch in batches]
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda batch: class_maps(form, batch), batches))
        strips = list(
            threads.map(
                lambda batch: stage_maps(form, batch, None, ["layer1"], "hirescam")[1], batches
            )
        )
    for (maps, logits), (same_maps, same), strip in zip(found, expected, strips, strict=True):
        assert close(maps, same_maps, 1e-5)
        assert close(logits, same, 1e-5)
        assert close(strip, same, 1e-5)
