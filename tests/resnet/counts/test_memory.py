"""Memory estimates against what PyTorch holds: on the CPU to the byte."""

import weakref

import pytest
import torch
from torch.nn import functional as F  # noqa: N812
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from resnet import ResNetSpec, build, trace
from resnet.counts.memory import inference_memory, peak_memory, training_memory

SMALL = {"image_size": 64, "num_classes": 10}
SLIM = SMALL | {"layers": (2, 1, 1), "stem_width": 8, "planes": (8, 16, 32)}
NETS = {
    "resnet18": ResNetSpec.preset("resnet18", **SMALL),
    "resnet50": ResNetSpec(**SMALL),
    "cifar20": ResNetSpec.preset("cifar_resnet20"),
    "v1, odd size": ResNetSpec(stride_on="1x1", **SLIM | {"image_size": 49}),
    "preact": ResNetSpec.preset("preact_resnet164", layers=(2, 1, 1)),
    "preact, option A": ResNetSpec.preset("cifar_resnet20", preact=True),
    "preact, plain": ResNetSpec(block="basic", preact=True, shortcut="none", **SLIM),
    "preact, SE, D": ResNetSpec(preact=True, se_reduction=4, shortcut="D", **SLIM),
    "SE": ResNetSpec(se_reduction=4, **SLIM),
    "option A": ResNetSpec(block="basic", shortcut="A", **SLIM),
    "option C": ResNetSpec(block="basic", shortcut="C", **SLIM),
    "option D": ResNetSpec(stem="deep", shortcut="D", **SLIM),
    "plain": ResNetSpec(block="basic", shortcut="none", **SLIM),
    "resnext": ResNetSpec(groups=4, width_per_group=32, **SLIM),
}
BATCH = 2
every_net = pytest.mark.parametrize("spec", NETS.values(), ids=NETS)
small_nets = pytest.mark.parametrize("spec", [*NETS.values()][2:], ids=[*NETS][2:])


def images(spec, batch=BATCH):
    return torch.randn(batch, spec.in_channels, *spec.input_size)


def storages(tensors):
    """Bytes of each storage, once."""
    return {t.untyped_storage()._cdata: t.untyped_storage().nbytes() for t in tensors}


def state(model):
    return [*model.parameters(), *model.buffers()]


def parts(estimate):
    return {part.name: part.bytes for part in estimate.parts}


class Live(TorchDispatchMode):
    """Bytes of the storages that are alive, and the most there were; `known` are not counted."""

    def __init__(self, known):
        super().__init__()
        self.alive, self.now, self.most = storages(known), 0, 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            if isinstance(tensor, torch.Tensor):
                self._born(tensor.untyped_storage())
        self.most = max(self.most, self.now)
        return result

    def _born(self, storage):
        if storage._cdata not in self.alive:
            self.alive[storage._cdata] = storage.nbytes()
            self.now += storage.nbytes()
            weakref.finalize(storage, self._gone, storage._cdata)

    def _gone(self, which):
        self.now -= self.alive.pop(which)


def saved_by_autograd(model, x):
    """Bytes of every storage that the backward pass needs, but parameters and buffers."""
    own, kept = storages(state(model)), {}

    def keep(tensor):
        if tensor.untyped_storage()._cdata not in own:
            kept[tensor.untyped_storage()._cdata] = (
                tensor.untyped_storage()
            )  # held: no address twice
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        model(x)
    return sum(storage.nbytes() for storage in kept.values())


@every_net
def test_what_autograd_saves(spec):
    estimate = parts(training_memory(trace(spec), BATCH))
    said = estimate["Activations, saved"] + estimate["BN statistics, saved"]
    assert said == saved_by_autograd(build(spec), images(spec))


@small_nets
def test_what_autograd_saves_under_autocast(spec):
    estimate = parts(training_memory(trace(spec), BATCH, "bf16"))
    half = ("Activations, saved", "BN statistics, saved", "Weights, copies")
    with torch.autocast("cpu", torch.bfloat16):
        saved = saved_by_autograd(build(spec), images(spec))
    assert sum(estimate[name] for name in half) == saved


@every_net
def test_the_peak_of_inference(spec):
    check_peak(spec, "fp32", torch.float32)


@small_nets
def test_the_peak_of_inference_in_half_precision(spec):
    check_peak(spec, "bf16", torch.bfloat16)


def check_peak(spec, precision, dtype):
    model, x = build(spec).eval().to(dtype), images(spec).to(dtype)
    with torch.no_grad(), Live(state(model)) as live:  # inference mode hides max pooling's indices
        model(x)
    estimate = parts(inference_memory(trace(spec), BATCH, precision))
    assert estimate["Weights and buffers"] == sum(storages(state(model)).values())
    assert estimate["Activations, peak"] == live.most + x.nbytes


@pytest.mark.parametrize("net", ["resnet18", "cifar20", "SE"])
def test_inference_mode_holds_no_more(net):
    spec = NETS[net]
    model, x = build(spec).eval(), images(spec)
    with torch.inference_mode(), Live(state(model)) as live:
        model(x)
    said = parts(inference_memory(trace(spec), BATCH))["Activations, peak"]
    assert 0.9 * said <= live.most + x.nbytes <= said


OPTIMISERS = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, 0.01),
    "momentum": lambda parameters: torch.optim.SGD(parameters, 0.01, momentum=0.9),
    "adam": lambda parameters: torch.optim.Adam(parameters, 0.01),
}


def step(model, optimiser, x):
    F.cross_entropy(model(x), torch.zeros(len(x), dtype=torch.long)).backward()
    optimiser.step()


@pytest.mark.parametrize(
    ("net", "name"),
    [("cifar20", "sgd"), ("cifar20", "momentum"), ("SE", "adam"), ("resnet18", "momentum")],
)
def test_a_whole_training_step(net, name):
    spec, batch = NETS[net], 8
    model, x = build(spec), images(spec, batch)
    optimiser = OPTIMISERS[name](model.parameters())
    step(model, optimiser, x)
    optimiser.zero_grad()
    kept = [t for entry in optimiser.state.values() for t in entry.values() if t is not None]
    estimate = training_memory(trace(spec), batch, "fp32", name)
    state_bytes = sum(storages(kept).values())
    assert parts(estimate)["Optimiser"] == pytest.approx(state_bytes, rel=1e-3)
    with Live([*state(model), *kept]) as live:
        step(model, optimiser, x)
    held = live.most + x.nbytes + state_bytes + sum(storages(state(model)).values())
    assert estimate.bytes == pytest.approx(held, rel=0.1)


def test_parameters_and_gradients_are_counted():
    spec = NETS["SE"]
    model, estimate = build(spec), parts(training_memory(trace(spec)))
    assert estimate["Weights and buffers"] == sum(storages(state(model)).values())
    model(images(spec)).sum().backward()
    assert estimate["Gradients"] == sum(p.grad.nbytes for p in model.parameters())


def test_the_peak_names_what_is_alive():
    """Within the first stage's blocks the input of the stage and of the block are held."""
    most = peak_memory(trace(ResNetSpec()))
    assert most.bytes == sum(tensor.size(4) for tensor in most.alive)
    names = [tensor.name for tensor in most.alive]
    assert names[:2] == ["image", "maxpool"]
    assert most.at == names[-1]


def test_a_batch_multiplies_what_belongs_to_images():
    graph = trace(NETS["resnet18"])
    one, eight = parts(training_memory(graph, 1)), parts(training_memory(graph, 8))
    assert eight["Activations, saved"] == 8 * one["Activations, saved"]
    assert eight["Weights and buffers"] == one["Weights and buffers"]
