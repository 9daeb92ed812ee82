"""The engine of a cluster: three nodes on this machine, one of them killed in the midst of it."""

from functools import partial

import numpy as np
import pyarrow.parquet as pq
import pytest

from resnet.audit.images.errors import AuditError
from resnet.audit.images.source import Source
from resnet.audit.running.job import Question, audit
from resnet.audit.running.rows import PICTURES, SCHEMA
from resnet.audit.running.store import Store

ray = pytest.importorskip("ray", reason="the extra ray is not installed")


def test_a_node_that_cannot_write_says_so_in_a_line(done, folder, shapes, monkeypatch, tmp_path):
    from resnet.audit.running import on_ray
    from resnet.audit.running.job import Job

    (tmp_path / "rows").write_text("where a folder would be")
    plan, question = done.plan(), Question(Source(str(folder)), batch=4)
    monkeypatch.setattr(ray, "get", lambda kept: kept)
    actor = on_ray._Auditor(Job(plan, question, shapes, Store(str(tmp_path))), "cpu", 1)
    part = {name: np.array([value]) for name, value in plan.parts[0]._asdict().items()}
    assert "cannot be written" in actor(part)["refused"][0]


def test_no_cluster_is_said_in_a_line(ask, folder, tmp_path):
    from resnet.audit.running.on_ray import on_ray

    with pytest.raises(AuditError, match=r"There is no cluster at ray://127\.0\.0\.1:1"):
        ask(folder, tmp_path, partial(on_ray, address="ray://127.0.0.1:1"))


def test_actors_may_take_all_of_a_cluster(ask, done, folder, tmp_path):
    """On one node whose only CPU an actor holds, nothing else waits for one."""
    from resnet.audit.running.on_ray import on_ray

    ray.init(num_cpus=1, log_to_driver=False, logging_level="error", include_dashboard=False)
    try:
        store = ask(folder, tmp_path, partial(on_ray, cpus=1))
    finally:
        ray.shutdown()
    assert store.rows().equals(done.rows())


@pytest.fixture
def cluster():
    from ray.cluster_utils import Cluster

    cluster = Cluster()
    for _ in range(3):
        cluster.add_node(num_cpus=1, object_store_memory=80 << 20)
    ray.init(cluster.address, log_to_driver=False, logging_level="error")
    yield cluster
    ray.shutdown()
    cluster.shutdown()


def test_a_node_that_is_killed_loses_and_doubles_nothing(
    ask, done, folder, shapes, cluster, tmp_path
):
    """The rows are bit for bit those of one machine, and a second call has nothing left to do."""
    from resnet.audit.running.on_ray import on_ray

    out, killed, engine = Store(str(tmp_path)), [], partial(on_ray, cpus=1)
    question = Question(Source(str(folder)), batch=4)
    for progress in audit(question, shapes, "shapes_resnet20", out, engine):
        if progress.done and not killed:
            at_work = {actor["Address"]["NodeID"] for actor in ray._private.state.actors().values()}
            killed = [node for node in cluster.worker_nodes if node.node_id in at_work][:1]
            cluster.remove_node(*killed)
    assert killed
    for name, schema in (("rows", SCHEMA), ("pictures", PICTURES)):
        ours, theirs = (f"{store.url}/{name}" for store in (out, done))
        assert pq.read_table(ours, schema=schema).equals(pq.read_table(theirs, schema=schema))
    ask(folder, tmp_path, lambda job, left: pytest.fail("parts were left") if left else iter(()))
