"""Nothing is lost, nothing mixed in: stopped, killed or refused, an audit goes on as it was."""

import errno
import os
import shutil

import pytest

from resnet.audit.images.errors import AuditError
from resnet.audit.images.source import Source
from resnet.audit.running.here import here
from resnet.audit.running.job import Question, audit, plan
from resnet.audit.running.rows import SCHEMA
from resnet.audit.running.store import Store
from resnet.maps.answers import ExplainError
from tests.conftest import ROOT

KILLED = """
import os, random, signal, sys, time
import torch
from resnet import load_classifier
from resnet.audit.running.here import here
from resnet.audit.running.job import Question, audit, plan
from resnet.audit.images.source import Source
from resnet.audit.running.store import Store

torch.set_num_threads(1)
classifier = load_classifier("shapes_resnet20")
question = Question(Source({folder!r}), batch=4)
dice = random.Random(0)
ended = 0
for _ in range(20):
    child = os.fork()
    if child == 0:
        for _ in audit(question, classifier, "shapes_resnet20", Store({out!r}), here):
            pass
        os._exit(0)
    time.sleep(dice.uniform(0, {seconds}))
    os.kill(child, signal.SIGKILL)
    ended += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
parts = Store({out!r}).done()
print(ended, len(parts))
"""


def test_killed_at_twenty_random_points_each_image_is_there_once(
    ask, done, folder, tmp_path, fresh_python
):
    out = tmp_path / "killed"
    ended, parts = fresh_python(
        KILLED.format(folder=str(folder), out=str(out), seconds=0.4)
    ).split()
    again = ask(folder, out)
    assert again.rows(SCHEMA.names).equals(done.rows(SCHEMA.names))
    assert not [name for _, _, names in os.walk(out) for name in names if name.startswith(".new-")]
    assert int(parts) <= 6
    assert int(ended) < 20  # else nothing was killed


def test_what_is_done_is_not_done_again(ask, folder, tmp_path):
    asked = []

    def counting(job, left):
        asked.append([part.number for part in left])
        for number in here(job, left):
            yield number
            if len(asked) == 1 and number == 2:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(folder, tmp_path, counting)
    ask(folder, tmp_path, counting)
    ask(folder, tmp_path, counting)
    assert asked == [[0, 1, 2, 3, 4, 5], [3, 4, 5], []]


@pytest.mark.parametrize("when", range(4))
def test_a_full_disk_loses_nothing(ask, done, folder, tmp_path, monkeypatch, when):
    from fsspec.implementations.local import LocalFileSystem

    write, calls = LocalFileSystem.pipe_file, iter(range(100))

    def full(self, path, value, **how):
        if next(calls) == 2 + 3 * when:
            write(self, path, value[: len(value) // 2], **how)
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, path, value, **how)

    with monkeypatch.context() as patched:
        patched.setattr(LocalFileSystem, "pipe_file", full)
        with pytest.raises(AuditError, match="full"):
            ask(folder, tmp_path)
    assert ask(folder, tmp_path).rows(SCHEMA.names).equals(done.rows(SCHEMA.names))


def test_out_of_memory_takes_fewer_at_once_and_the_same_rows(
    ask, done, folder, tmp_path, monkeypatch
):
    from resnet.weights.classifiers.residual_classifier import ResidualClassifier

    survey = ResidualClassifier.survey

    def small(self, images, precision):
        if len(images) > 2:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return survey(self, images, precision)

    monkeypatch.setattr(ResidualClassifier, "survey", small)
    rows, usual = (
        store.rows(["logit"])["logit"].to_pylist() for store in (ask(folder, tmp_path), done)
    )
    assert rows[:-1] == pytest.approx(
        usual[:-1], abs=1e-5
    )  # kernels sum otherwise in small batches


@pytest.mark.parametrize("said", [{"truth": ""}, {"precision": "bf16"}, {"batch": 8}])
def test_another_setting_is_refused(ask, folder, tmp_path, said):
    ask(folder, tmp_path)
    with pytest.raises(AuditError, match=r"another setting|another list"):
        ask(folder, tmp_path, **said)


def test_another_model_is_refused(ask, folder, tmp_path):
    from resnet import load_classifier

    store = ask(folder, tmp_path)
    other = load_classifier("solids_resnet18")
    with pytest.raises(AuditError, match="another model"):
        list(audit(Question(Source(str(folder)), batch=4), other, "other", store, here))


def test_another_list_is_refused(ask, folder, tmp_path):

    images = tmp_path / "images"
    shutil.copytree(folder, images)
    ask(images, tmp_path / "out")
    next(images.rglob("0*.png")).unlink()
    with pytest.raises(AuditError, match="another list"):
        ask(images, tmp_path / "out")


def test_two_do_not_write_at_once(ask, folder, tmp_path):
    with Store(str(tmp_path)).alone(), pytest.raises(AuditError, match="Another audit"):
        ask(folder, tmp_path)


def test_what_a_model_lacks_is_refused_before_anything_is_written(folder, tmp_path, shapes):
    from dataclasses import replace

    class Lacking(type(shapes)):
        @property
        def lacks(self):
            return {"bf16": "{name} runs in fp32 alone."}

    lacking = Lacking(**vars(replace(shapes)))
    asked = Question(Source(str(folder)), precision="bf16")
    with pytest.raises(ExplainError, match="fp32 alone"):
        list(audit(asked, lacking, "x", Store(str(tmp_path / "out")), here))
    assert not (tmp_path / "out").exists()


def nothing_left(job, left):
    return pytest.fail("parts were left") if left else iter(())


def test_addresses_are_read_and_written(ask, done, folder):
    import fsspec

    fs = fsspec.filesystem("memory")
    fs.put(str(folder), "/photos", recursive=True)
    store = ask("memory://photos", "memory://audits/first")
    assert store.rows(SCHEMA.names).equals(done.rows(SCHEMA.names))
    again = ask("memory://photos", "memory://audits/first", nothing_left)
    assert again.done() == store.done()
    assert not [path for path in fs.find("/audits") if ".new-" in path]


def test_another_pytorch_is_refused(ask, folder, tmp_path, monkeypatch):
    ask(folder, tmp_path)
    monkeypatch.setattr("resnet.audit.running.job.versions", lambda: {"torch": "0.0"})
    with pytest.raises(AuditError, match="version of PyTorch"):
        ask(folder, tmp_path)


def test_who_begins_second_at_an_address_follows_the_first(folder, shapes, tmp_path, monkeypatch):
    """Two look, find nothing and begin: the one whose batch is another is refused."""
    first = plan(Question(Source(str(folder)), batch=8), shapes, "shapes_resnet20")
    begin = Store.begin
    monkeypatch.setattr(Store, "begin", lambda store, _: begin(store, first))
    with pytest.raises(AuditError, match=r"another setting \(batch, part\)"):
        list(audit(Question(Source(str(folder)), batch=4), shapes, "x", Store(str(tmp_path)), here))


def test_a_file_of_weights_may_be_moved(folder, tmp_path):
    from resnet import load_classifier

    weights = tmp_path / "first.safetensors"
    shutil.copy(ROOT / "assets" / "shapes_resnet20.safetensors", weights)
    question, store = Question(Source(str(folder)), batch=4), Store(str(tmp_path / "out"))
    list(audit(question, load_classifier(weights), str(weights), store, here))
    moved = weights.rename(tmp_path / "second.safetensors")
    list(audit(question, load_classifier(moved), str(moved), store, nothing_left))
