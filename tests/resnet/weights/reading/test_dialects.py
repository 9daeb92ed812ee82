"""Dialects: each name becomes torchvision's; what is beside a network is known, or refused."""

import pytest
import torch
from transformers import ResNetConfig, ResNetForImageClassification

from resnet.model.module import build
from resnet.network.spec import ResNetSpec
from resnet.weights.given.assumptions import assumptions
from resnet.weights.reading.checkpoint import CheckpointError, read_checkpoint
from resnet.weights.reading.dialects import DIALECTS
from resnet.weights.reading.infer_spec import infer_spec
from resnet.weights.reading.refusals import SeveralNetworks
from resnet.weights.reading.translating import translated
from tests.checkpoints import saved

TINY = ResNetSpec.preset("cifar_resnet20", layers=(1, 1), stem_width=4, planes=(), shortcut="B")
DEEP = ResNetSpec(layers=(1, 1), stem="deep", stem_width=8, shortcut="D", num_classes=3)


def weights(spec=TINY):
    return build(spec, "meta").state_dict()


def read(state, part=None):
    return translated({"": state}, "net.pth", part)


def renamed(state, *pairs):
    for old, new in pairs:
        state = {key.replace(old, new): tensor for key, tensor in state.items()}
    return state


MM = renamed(
    {f"backbone.{k}": v for k, v in weights(DEEP).items()},
    ("backbone.fc", "head.fc"),
    ("backbone.bn1", "backbone.stem.7"),
    ("backbone.conv1", "backbone.stem"),
    ("layer1.0.downsample.1", "layer1.0.downsample.0"),
    ("layer1.0.downsample.2", "layer1.0.downsample.1"),
)
SEQUENTIAL = renamed(weights(), ("fc.", "9."), ("layer2", "5"), ("layer1", "4"))
SEQUENTIAL = {
    {"conv1.weight": "0.weight"}.get(k, f"1.{k[4:]}" if k.startswith("bn1.") else k): v
    for k, v in SEQUENTIAL.items()
}
KUANGLIU = renamed(weights(), ("fc.", "linear."), ("downsample", "shortcut"))


@pytest.mark.parametrize(
    ("spec", "state", "title"),
    [
        (TINY, KUANGLIU, "kuangliu's and akamaster's CIFAR networks"),
        (DEEP, MM, "MMPretrain, deep stem and pooled projections"),
        (TINY, SEQUENTIAL, "torchvision's modules in a Sequential, as fastai has them"),
        (TINY, {f"net._orig_mod.{k}": v for k, v in weights().items()}, "torchvision and timm"),
    ],
    ids=["kuangliu", "mmpretrain", "sequential", "prefixed"],
)
def test_names_become_torchvisions(spec, state, title):
    found = read(state)
    assert found.dialect == title
    assert {k: v.shape for k, v in found.state.items()} == {
        k: v.shape for k, v in weights(spec).items()
    }
    assert list(found.names) == list(state)
    assert infer_spec(found.state).spec.layers == spec.layers


def test_each_dialect_has_its_title_and_maps_what_shows_it():
    titles = [dialect.title for dialect in DIALECTS]
    assert len(set(titles)) == len(titles)
    for dialect in DIALECTS:
        if not dialect.refused:
            assert dialect.torchvision_name(dialect.shown[0]) == "layer1.0.conv1.weight"
            assert [*dialect.roots(f"a.b.{key}" for key in dialect.shown)] == ["a.b."]


def test_numbers_are_counted_from_where_a_library_begins():
    hugging_face = next(d for d in DIALECTS if d.title == "Hugging Face's transformers")
    key = "encoder.stages.2.layers.11.layer.1.normalization.bias"
    assert hugging_face.torchvision_name(key) == "layer3.11.bn2.bias"
    assert hugging_face.torchvision_name("encoder.stages.2.layers.x") == "encoder.stages.2.layers.x"


def test_what_no_answer_depends_on_is_set_aside_and_named():
    beside = {"loss_fn.weight": torch.ones(3), "train_acc.confmat": torch.ones(3, 3)}
    counted = {"step": torch.tensor(3)}
    found = read({f"model.{k}": v for k, v in weights().items()} | beside | counted)
    assert set(found.aside) == {*beside, *counted}
    assert found.network == "model"


def test_what_may_change_an_answer_is_refused():
    state = {f"net.{k}": v for k, v in weights().items()}
    for key in ("normalise.mean", "neck.weight", "temperature"):
        with pytest.raises(CheckpointError, match=f"holds {key} beside"):
            read({**state, key: torch.ones(3)})


def test_of_several_networks_one_is_asked_for():
    raw, ema = weights(), {k: v + 0 for k, v in weights().items()}
    content = {"state_dict": raw, "state_dict_ema": ema, "epoch": 3}
    with pytest.raises(SeveralNetworks) as caught:
        translated({k: content[k] for k in ("state_dict", "state_dict_ema")}, "net.pth")
    assert caught.value.choices == ("state_dict", "state_dict_ema")
    assert "state_dict_ema" in str(caught.value)
    nests = {"state_dict": raw, "state_dict_ema": ema}
    chosen = translated(nests, "net.pth", "state_dict_ema")
    assert chosen.state["fc.weight"] is ema["fc.weight"]
    with pytest.raises(SeveralNetworks, match="no network “other”"):
        translated(nests, "net.pth", "other")


def test_of_twins_under_two_prefixes_one_is_asked_for():
    state = {f"{twin}.{k}": v for twin in ("student", "teacher") for k, v in weights().items()}
    with pytest.raises(SeveralNetworks) as caught:
        read(state)
    assert caught.value.choices == ("student", "teacher")


def test_an_optimizer_beside_a_network_is_none():
    state = build(TINY).state_dict()
    moments = {0: {"exp_avg": torch.ones(3)}, "1": {"exp_avg": torch.ones(4)}}
    content = {"model": state, "optimizer": {"state": moments}, "epoch": 3}
    assert read_checkpoint(saved(content), "net.ckpt").network == "model"


def head(**changes):
    state = {k: v for k, v in weights().items() if not k.startswith("fc.")}
    return state | {key.replace("__", "."): torch.zeros(shape) for key, shape in changes.items()}


def test_a_head_is_one_linear_layer_wherever_it_stands():
    found = read(head(fc__1__weight=(5, 8), fc__1__bias=5))
    assert infer_spec(found.state).spec.num_classes == 5
    assert "fc.1" in str(found.assumed[0])
    found = read(head(last_linear__weight=(5, 8)))
    assert found.state["fc.bias"].tolist() == [0] * 5
    assert "without bias" in str(found.assumed[0])
    assert read(head(head__fc__weight=(5, 8, 1, 1))).state["fc.weight"].shape == (5, 8)


def test_other_heads_are_refused_by_name():
    with pytest.raises(CheckpointError, match=r"several layers \(fc\.0, fc\.2\)"):
        read(head(fc__0__weight=(5, 8), fc__2__weight=(3, 5)))


def test_a_network_without_a_head_is_a_trunk():
    found = read(head())
    assert found.trunk
    assert not found.aside
    assert infer_spec(found.state, trunk=True).spec.layers == TINY.layers
    assert not read(weights()).trunk


@pytest.mark.parametrize("prefix", ["", "net."])
def test_of_a_head_of_several_layers_the_trunk_can_be_asked_for(prefix):
    state = head(fc__0__weight=(5, 8), fc__2__weight=(3, 5))
    state = {prefix + key: tensor for key, tensor in state.items()}
    with pytest.raises(SeveralNetworks, match=f"--part {prefix}trunk") as caught:
        read(state)
    assert caught.value.choices == (f"{prefix}trunk",)
    found = read(state, f"{prefix}trunk")
    assert found.trunk
    assert found.aside == (f"{prefix}fc.0.weight", f"{prefix}fc.2.weight")
    assert found.state.keys() == head().keys()


def test_what_may_change_a_trunk_is_refused_too():
    state = {f"net.{k}": v for k, v in head().items()} | {"neck": torch.ones(3)}
    for part in (None, "net.trunk"):
        with pytest.raises(CheckpointError, match="holds neck beside"):
            read(state, part)


@pytest.mark.parametrize("depths", [(1, 2, 1, 1), (1, 1, 1, 1)])
def test_in_transformers_a_projection_where_channels_stay_shows_a_stride(depths):
    shapes = {"hidden_sizes": [8, 16, 24, 32], "depths": [*depths], "embedding_size": 8}
    config = ResNetConfig(layer_type="basic", downsample_in_first_stage=True, **shapes)
    with torch.device("meta"):
        state = ResNetForImageClassification(config).state_dict()
    found = read(state)
    spec = found.said_of(infer_spec(found.state).spec)
    assert (spec.strides, spec.shortcut) == ((2, 2, 2, 2), "B")
    assert "strides" not in {name for each in assumptions(spec) for name in each.fields}
    three = {k: v for k, v in state.items() if "stages.3" not in k}
    found = read(three)
    with pytest.raises(CheckpointError, match="No network here"):
        found.said_of(infer_spec(found.state).spec)


def test_where_channels_grow_no_weight_shows_it():
    assert "strides=2,2&dilations=" in {
        other.fields for each in assumptions(DEEP) for other in each.others
    }
