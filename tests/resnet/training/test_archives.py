"""Archives that torchvision reads: fetched once, whole and known."""

import gzip
import hashlib
import io
import pickle
import tarfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from torchvision.datasets import CIFAR10, FashionMNIST

from resnet.cli.commands import cli
from resnet.fetch.download import DownloadError
from resnet.training import archives
from resnet.training.datasets import DatasetError, load_dataset

NAMES = ("fashion-mnist", "cifar10")


def images(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def idx(values: np.ndarray) -> bytes:
    """The format of MNIST: a magic number, sizes, and the bytes."""
    head = bytes([0, 0, 8, values.ndim]) + b"".join(n.to_bytes(4, "big") for n in values.shape)
    return gzip.compress(head + values.tobytes())


def cifar() -> tuple[bytes, dict[str, str]]:
    """An archive of two images a file, and the MD5 of each file."""
    names = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
    files = {
        name: {"data": images(i, 2, 3072), "labels": [i, 9 - i]} for i, name in enumerate(names)
    }
    files["batches.meta"] = {"label_names": [f"class {i}" for i in range(10)]}
    packed, hashes = io.BytesIO(), {}
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, value in files.items():
            content = pickle.dumps(value)
            hashes[name] = hashlib.md5(content).hexdigest()
            about = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    return packed.getvalue(), hashes


class Pages(BaseHTTPRequestHandler):
    """Files by name."""

    def do_GET(self):
        name = self.path.rpartition("/")[2]
        self.server.asked.append(name)
        body = self.server.files.get(name)
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A server with tiny archives in place of the real ones, and a cache of this test."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    packed, hashes = cifar()
    grey = {
        "train-images-idx3-ubyte.gz": idx(images(1, 12, 28, 28)),
        "train-labels-idx1-ubyte.gz": idx(np.arange(12, dtype=np.uint8) % 10),
        "t10k-images-idx3-ubyte.gz": idx(images(2, 5, 28, 28)),
        "t10k-labels-idx1-ubyte.gz": idx(np.arange(5, dtype=np.uint8)),
    }
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        server.asked, server.files = [], grey | {CIFAR10.filename: packed}
        url = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setattr(FashionMNIST, "mirrors", [url])
        monkeypatch.setattr(
            FashionMNIST,
            "resources",
            [(name, hashlib.md5(body).hexdigest()) for name, body in grey.items()],
        )
        monkeypatch.setattr(CIFAR10, "url", url + CIFAR10.filename)
        monkeypatch.setattr(CIFAR10, "tgz_md5", hashlib.md5(packed).hexdigest())
        for part in ("train_list", "test_list"):
            listed = [[name, hashes[name]] for name, _ in getattr(CIFAR10, part)]
            monkeypatch.setattr(CIFAR10, part, listed)
        monkeypatch.setattr(CIFAR10, "meta", CIFAR10.meta | {"md5": hashes["batches.meta"]})
        yield server
        server.shutdown()


def left() -> list[str]:
    return [path.name for path in archives.root().rglob("*") if path.is_file()]


def test_fashion_mnist_is_fetched_once_and_read(site):
    assert not archives.is_here("fashion-mnist")
    seen = list(archives.fetch_archive("fashion-mnist"))
    assert archives.is_here("fashion-mnist")
    assert [r.done for r in seen] == sorted(r.done for r in seen)
    assert seen[-1].done == sum(len(site.files[name]) for name, _ in FashionMNIST.resources)
    data = load_dataset("fashion-mnist", test=3)
    assert len(site.asked) == 4
    assert (data.classes[9], len(data.train), len(data.test)) == ("Ankle boot", 12, 3)
    assert data.train.labels.tolist() == [*range(10), 0, 1]
    pixels = data.test.images[:, 0] * data.std[0] + data.mean[0]
    np.testing.assert_allclose(pixels * 255, images(2, 5, 28, 28)[:3], atol=1e-3)
    assert len(FashionMNIST(archives.root())) == 12  # where torchvision itself looks


def test_cifar_is_fetched_and_read(site):
    data = load_dataset("cifar10", size=16)
    assert archives.is_here("cifar10")
    assert (data.train.images.shape, data.test.images.shape) == ((10, 3, 16, 16), (2, 3, 16, 16))
    assert data.test.labels.tolist() == [5, 4]
    assert data.classes[3] == "class 3"
    whole = load_dataset("cifar10")
    mean, std = (torch.tensor(value)[:, None, None] for value in (whole.mean, whole.std))
    pixels = whole.train.images[:2] * std + mean
    np.testing.assert_allclose(pixels * 255, images(0, 2, 3072).reshape(2, 3, 32, 32), atol=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_another_archive_is_refused_and_not_kept(site, name):
    site.files = {file: body + b"!" for file, body in site.files.items()}
    with pytest.raises(DownloadError, match=r"MD5.*digits and shapes"):
        load_dataset(name)
    assert left() == []
    assert not archives.is_here(name)


@pytest.mark.parametrize("name", NAMES)
def test_without_a_network_one_error_names_what_works(site, name):
    site.files = {}
    with pytest.raises(DownloadError, match=r"404.*digits and shapes") as caught:
        load_dataset(name)
    assert "\n" not in str(caught.value)
    done = CliRunner().invoke(cli, ["train", "--data", name])
    assert isinstance(done.exception, DownloadError)


def test_an_archive_that_is_here_is_not_fetched_again(site):
    archives.root().mkdir(parents=True)
    (archives.root() / CIFAR10.filename).write_bytes(site.files[CIFAR10.filename])
    assert list(archives.fetch_archive("cifar10")) == []
    assert len(load_dataset("cifar10").test) == 2
    assert site.asked == []


def test_a_file_that_was_damaged_later_is_one_error(site):
    load_dataset("cifar10")
    (archives.root() / "cifar-10-batches-py" / "test_batch").write_bytes(b"x")
    with pytest.raises(DatasetError, match="Remove its folder") as caught:
        load_dataset("cifar10")
    assert str(archives.root()) not in str(caught.value)
    assert str(archives.root()) in caught.value.__notes__[0]
