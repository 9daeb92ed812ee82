"""Checkpoints: nothing in a file is run, every refusal is one clear line, and specs round-trip."""

import os
import pickle
import struct
from argparse import Namespace
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save as save_safetensors

from resnet.model.module import build
from resnet.network.spec import ResNetSpec
from resnet.weights.reading.checkpoint import CheckpointError, read_state_dict
from resnet.weights.reading.fitting import load_into
from tests.trap import Trap

TINY = ResNetSpec.preset("cifar_resnet20", layers=(1, 1), stem_width=4, planes=())


def saved(value, **options):
    buffer = BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def weights(spec=TINY):
    torch.manual_seed(0)
    return build(spec).state_dict()


def complaint(data, name="net.pth"):
    with pytest.raises(CheckpointError) as caught:
        read_state_dict(data, name)
    message = str(caught.value)
    assert "\n" not in message
    assert name in message
    return message


def misfit(spec, state):
    with pytest.raises(CheckpointError) as caught:
        load_into(spec, state)
    return str(caught.value)


# Reading


ENDINGS = ["pth", "pt", "TH", "ckpt", "bin", "pth.tar", "safetensors"]


@pytest.mark.parametrize("name", [f"net.{ending}" for ending in ENDINGS])
def test_every_format_gives_the_same_tensors(name):
    state = weights()
    data = save_safetensors(state) if name.endswith("safetensors") else saved(state)
    read = read_state_dict(data, name)
    assert read.keys() == state.keys()
    assert all(torch.equal(read[key], state[key]) for key in state)


def test_a_path_needs_no_name(tmp_path):
    path = tmp_path / "net.pth"
    path.write_bytes(saved(weights()))
    assert read_state_dict(path).keys() == weights().keys()


def test_the_format_from_before_zip_files():
    data = saved(weights(), _use_new_zipfile_serialization=False)
    assert read_state_dict(data, "net.th").keys() == weights().keys()


@pytest.mark.parametrize("nest", ["state_dict", "model", "net", "model_state_dict"])
def test_wrapped_state_dicts_are_found(nest):
    data = saved({"epoch": 3, nest: weights(), "optimizer": {"lr": 0.1}})
    assert read_state_dict(data, "net.pth").keys() == weights().keys()


@pytest.mark.parametrize("prefix", ["module.", "model.", "backbone.", "module.model.module."])
def test_prefixes_are_taken_off(prefix):
    state = {prefix + key: tensor for key, tensor in weights().items()}
    assert read_state_dict(saved(state), "net.pth").keys() == weights().keys()


# Refusals


@pytest.mark.parametrize(
    "pickled",
    [
        saved,
        lambda trap: saved(trap, _use_new_zipfile_serialization=False),
        *(lambda trap, p=p: pickle.dumps(trap, protocol=p) for p in range(6)),
    ],
)
def test_code_in_a_pickle_is_named_and_never_run(pickled, tmp_path):
    path = tmp_path / "pwned"
    message = complaint(pickled({"fc.weight": torch.ones(1), "extra": Trap(path)}))
    assert not path.exists()
    assert "code" in message
    bare = complaint(pickle.dumps(Trap(path)))
    assert "system" in bare
    assert not path.exists()


def test_the_call_is_named(tmp_path):
    assert f"{os.system.__module__}.system" in complaint(saved(Trap(tmp_path / "pwned")))
    assert "argparse.Namespace" in complaint(saved({"args": Namespace(lr=1), **weights()}))


@pytest.mark.parametrize("model", [torch.nn.Linear(2, 2), build(TINY)], ids=["torch", "ours"])
def test_a_whole_model_is_refused(model):
    message = complaint(saved(model))
    assert "whole pickled model" in message
    assert "state_dict()" in message


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_scripted_model_is_refused():
    buffer = BytesIO()
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), buffer)
    assert "whole pickled model" in complaint(buffer.getvalue())


def test_each_other_mistake_has_its_own_message():
    whole = saved(weights())
    messages = [
        complaint(b""),
        complaint(b"Dear diary"),
        complaint(whole[: len(whole) // 2]),
        complaint(whole, "net.doc"),
        complaint(saved([1, 2])),
        complaint(saved({"epoch": 3})),
        complaint(saved({"fc.weight": torch.ones(1).expand(10**6)})),
        complaint(saved({"module.fc.weight": torch.ones(1), "fc.weight": torch.ones(1)})),
    ]
    assert len(set(messages)) == len(messages)


def test_a_missing_file_is_no_traceback(tmp_path):
    with pytest.raises(CheckpointError, match="cannot be opened"):
        read_state_dict(tmp_path / "nowhere.pth")


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
@pytest.mark.parametrize("kind", ["zip", "legacy", "safetensors"])
def test_cut_off_files_are_called_so(kind, kept):
    state = weights()
    if kind == "safetensors":
        data, name = save_safetensors(state), "net.safetensors"
    else:
        data, name = saved(state, _use_new_zipfile_serialization=kind == "zip"), "net.pth"
    assert "cut off" in complaint(data[: int(len(data) * kept)], name)


def test_text_is_no_safetensors():
    assert "not a checkpoint" in complaint(b"Dear diary, nothing today.", "net.safetensors")


SEEDS = [
    ("net.pth", saved({"a": torch.ones(3)})),
    ("net.pth", saved({"a": torch.ones(3)}, _use_new_zipfile_serialization=False)),
    ("net.safetensors", save_safetensors({"a": torch.ones(3)})),
]


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255))))
def test_mutated_bytes_bring_out_nothing_but_a_checkpoint_error(seed, changes):
    name, data = seed[0], bytearray(seed[1])
    for at, value in changes:
        data[at % len(data)] = value
    with suppress(CheckpointError):
        read_state_dict(bytes(data), name)


# Into a network


def test_loaded_weights_are_copies():
    state = weights()
    load_into(TINY, state).fc.weight.data.zero_()
    assert state["fc.weight"].abs().sum() > 0


def test_half_precision_is_widened():
    state = {key: tensor.half() for key, tensor in weights().items()}
    assert load_into(TINY, state).fc.weight.dtype == torch.float32


def test_counters_may_be_missing():
    state = {k: v for k, v in weights().items() if not k.endswith("num_batches_tracked")}
    assert load_into(TINY, state).bn1.num_batches_tracked == 0


def test_the_first_key_that_does_not_fit_is_named():
    state = weights()
    del state["layer2.0.bn1.weight"]
    assert "layer2.0.bn1.weight is missing" in misfit(TINY, state)
    state = {**weights(), "fc.weight": torch.ones(10, 9)}
    assert "fc.weight has shape (10, 9), expected (10, 8)" in misfit(TINY, state)
    state = {**weights(), "neck.weight": torch.ones(1)}
    assert "neck.weight is unexpected" in misfit(TINY, state)


@pytest.mark.parametrize("wrong", [torch.full((10,), float("nan")), torch.ones(10).int()])
def test_weights_must_be_finite_decimals(wrong):
    assert "fc.bias" in misfit(TINY, {**weights(), "fc.bias": wrong})


def test_a_zip_that_unpacks_to_far_more_is_refused():
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("net/data.pkl", b"\0" * 10**6)
    assert "damaged" in complaint(buffer.getvalue())


def test_a_safetensors_header_that_lies_is_refused():
    header = b'{"a":{"dtype":"F32","shape":[1000],"data_offsets":[0,4000]}}'
    assert "damaged" in complaint(struct.pack("<Q", len(header)) + header, "net.safetensors")
