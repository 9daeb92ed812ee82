"""Pickles rehearsed: what a checkpoint would reserve is refused before it is reserved."""

import pickle
from io import BytesIO
from zipfile import ZipFile

import pytest
import torch

from resnet.model.module import build
from resnet.network.spec import ResNetSpec
from resnet.weights.reading.checkpoint import CheckpointError, read_state_dict
from resnet.weights.reading.rehearsal import (
    MAX_STEPS,
    Forbidden,
    Reserving,
    rehearse_legacy,
    rehearse_zip,
)


class Called:
    """Pickled, it is a call of `function` with these arguments."""

    def __init__(self, function, *arguments):
        self._call = function, arguments

    def __reduce__(self):
        return self._call


def archived(pickled: bytes, **records: bytes) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("net/data.pkl", pickled)
        archive.writestr("net/version", "3\n")
        for key, record in records.items():
            archive.writestr(f"net/data/{key}", record)
    return buffer.getvalue()


def rehearsed(data: bytes) -> None:
    with ZipFile(BytesIO(data)) as archive:
        rehearse_zip(archive, "net/")


RESERVING = {
    "bytearray": Called(bytearray, 1_500_000_000),
    "tensor by shape": Called(torch.FloatTensor, 25_000, 25_000),
}


@pytest.mark.parametrize("call", RESERVING.values(), ids=[*RESERVING])
def test_a_call_that_reserves_memory_is_refused_before_it_is_made(call):
    data = archived(pickle.dumps({"fc.weight": call}, 2))
    assert len(data) < 1000
    with pytest.raises(Reserving):
        rehearsed(data)
    with pytest.raises(CheckpointError, match="asks for memory") as caught:
        read_state_dict(data, "net.pth")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("put", [b"r\nc\nR", b"p1300000000\n"], ids=["binary", "text"])
def test_a_place_far_off_in_the_memo_is_refused(put):
    with pytest.raises(Reserving):  # the list would take 20 GB
        rehearsed(archived(b"\x80\x02]" + put + b"."))


def test_steps_without_end_are_refused():
    with pytest.raises(Reserving):
        rehearsed(archived(b"\x80\x02" + b"K\x010" * MAX_STEPS + b"."))


def test_a_bare_pickle_of_many_steps_is_given_up(monkeypatch):
    monkeypatch.setattr("resnet.weights.reading.rehearsal.MAX_STEPS", 1000)
    with pytest.raises(CheckpointError, match="not a checkpoint"):
        read_state_dict(b"\x80\x02" + b"K\x010" * 2000 + b"cos\nsystem\n.", "net.pth")


def test_a_storage_larger_than_its_record_is_refused():
    buffer = BytesIO()
    torch.save({"fc.weight": torch.zeros(1000)}, buffer)
    with ZipFile(buffer) as archive:
        folder = archive.namelist()[0].partition("/")[0]
        pickled = archive.read(f"{folder}/data.pkl")
    rehearsed(archived(pickled, **{"0": bytes(4000)}))
    with pytest.raises(Reserving):
        rehearsed(archived(pickled, **{"0": bytes(3999)}))


def test_old_files_cannot_claim_more_than_they_hold():
    buffer = BytesIO()
    torch.save({"fc.weight": torch.zeros(1000)}, buffer, _use_new_zipfile_serialization=False)
    data = buffer.getvalue()
    rehearse_legacy(data)
    claimed = data.replace(b"M\xe8\x03", b"J\x00\xe1\xf5\x05")  # 1,000 becomes 100,000,000
    assert claimed != data
    with pytest.raises(Reserving):
        rehearse_legacy(claimed)


@pytest.mark.parametrize("legacy", [False, True])
def test_a_checkpoint_of_training_passes(legacy):
    model = build(ResNetSpec.preset("cifar_resnet20"))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.zeros(2, 3, 32, 32)).sum().backward()
    optimizer.step()
    buffer = BytesIO()
    whole = {
        "state_dict": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": 3,
        "best": torch.tensor(0.5, dtype=torch.float64),
        "half": torch.zeros(2, dtype=torch.bfloat16),
        "shape": torch.Size((1, 2)),
        "parameter": torch.nn.Parameter(torch.zeros(2)),
    }
    torch.save(whole, buffer, _use_new_zipfile_serialization=not legacy)
    state = read_state_dict(buffer.getvalue(), "net.pth")
    assert state.keys() == model.state_dict().keys()


def test_what_no_state_dict_names_is_forbidden():
    with pytest.raises(Forbidden, match=r"posix\.system|nt\.system"):
        rehearsed(archived(b"\x80\x02cposix\nsystem\nX\x02\x00\x00\x00ls\x85R."))
