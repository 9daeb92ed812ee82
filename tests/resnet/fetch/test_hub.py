"""The hub's names, against a server of our own that plays the hub."""

import socket

import pytest

from resnet.fetch.download import DownloadError
from resnet.fetch.hub import fetched, here, hub_name, offered, remotes, snapshot
from tests.hub import playing

BOTH = {"config.json": b"{}", "model.safetensors": b"safe", "pytorch_model.bin": b"pickled"}
FILES = {
    "timm/both": BOTH,
    "owner/old": {"config.json": b"{}", "pytorch_model.bin": b"pickled"},
    "owner/bare": {"model.safetensors": b"bare"},
    "owner/empty": {"config.json": b"{}"},
}


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What the hub is asked for; its cache is empty at first."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with playing(FILES) as (address, asked):
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield asked


@pytest.mark.parametrize(
    ("name", "repository", "revision"),
    [
        ("timm/resnet18.a1_in1k", "timm/resnet18.a1_in1k", None),
        ("hf-hub:microsoft/resnet-50", "microsoft/resnet-50", None),
        ("hf_hub:timm/x@v1.0", "timm/x", "v1.0"),
    ],
)
def test_names_of_the_hub(name, repository, revision):
    assert hub_name(name) == (repository, revision)


@pytest.mark.parametrize(
    "name", ["resnet50", "owner/name", "timm", "timm/", "timm/a/b", "hf-hub:one", "./timm/x", ""]
)
def test_other_names_are_not_the_hubs(name):
    assert hub_name(name) is None


@pytest.mark.parametrize(
    ("name", "file", "beside"),
    [
        ("timm/both", "model.safetensors", ["config.json", "model.safetensors"]),
        ("hf-hub:owner/old", "pytorch_model.bin", ["config.json", "pytorch_model.bin"]),
        ("hf-hub:owner/bare", "model.safetensors", ["model.safetensors"]),
    ],
)
def test_a_snapshot_has_the_weights_and_what_is_said_of_them(name, file, beside, asked):
    files = FILES[hub_name(name).repository]
    assert here(name) is None
    assert offered(name) == (file, len(files[file]))
    path = snapshot(name)
    assert path.name == file
    assert sorted(each.name for each in path.parent.iterdir()) == beside
    assert all(each.read_bytes() == files[each.name] for each in path.parent.iterdir())
    asked.clear()
    assert snapshot(name) == snapshot(name, offline=True) == here(name) == path
    assert asked == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("timm/none", "The hub has no “timm/none”"),
        ("hf-hub:owner/empty", "holds neither model.safetensors nor pytorch_model.bin"),
    ],
)
def test_what_the_hub_has_not_is_one_sentence(name, words, asked):
    with pytest.raises(DownloadError, match=words):
        snapshot(name)


def test_offline_nothing_is_asked(asked):
    with pytest.raises(DownloadError, match=r"it is not here.* name that folder\."):
        snapshot("timm/both", offline=True)
    assert asked == []


def test_without_a_network_it_is_said_what_to_copy(asked, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
    with pytest.raises(DownloadError, match="refused") as caught:
        snapshot("timm/both")
    assert "copy config.json and model.safetensors from it into a folder" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["timm/both", "hf-hub:owner/old", "hf-hub:owner/bare"])
def test_a_stranger_has_the_files_without_the_token_of_who_runs_this(name, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    tokens: list[str | None] = []
    with playing(FILES, tokens) as (address, _):
        monkeypatch.setenv("HF_ENDPOINT", address)
        found = remotes(name)
        for remote in found:
            *_, last = fetched(remote, tmp_path)
            assert last.done == remote.bytes
            data = FILES[hub_name(name).repository][remote.file]
            assert (tmp_path / remote.file).read_bytes() == data
            assert remote.url.startswith(address)
    assert found[0].file.startswith(("model", "pytorch_model"))
    assert len({remote.file for remote in found} & {"model.safetensors", "pytorch_model.bin"}) == 1
    assert set(tokens) == {None}


@pytest.mark.usefixtures("asked")
def test_what_is_larger_or_another_than_the_hub_said_is_not_kept(tmp_path):
    weights = remotes("timm/both")[0]
    for lie in ({"bytes": 1}, {"sha256": "0" * 64}):
        with pytest.raises(DownloadError) as caught:
            [*fetched(weights._replace(**lie), tmp_path)]
        assert caught.value.path is None
    assert [*tmp_path.glob("model*")] == []


@pytest.mark.usefixtures("asked")
def test_a_stranger_is_told_what_to_give(monkeypatch):
    with pytest.raises(DownloadError, match="holds neither"):
        remotes("hf-hub:owner/empty")
    with pytest.raises(DownloadError, match="The hub has no"):
        remotes("timm/none")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(DownloadError, match="give them in the sidebar: as your own checkpoint"):
        remotes("timm/both")
