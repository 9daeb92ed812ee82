"""Files sent from the disk: to whoever knows the secret, as long as they are held."""

from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.resources.server import sent_files
from explorer.resources.server.sent_files import SentFile


def test_a_file_is_sent_by_its_secret_until_it_is_let_go():
    client = TestClient(Starlette(routes=[sent_files.route()]))
    file = SentFile("net.onnx", "application/octet-stream")
    assert client.get(file.address).status_code == 404, "nothing is written yet"
    file.path.write_bytes(b"weights")
    answer = client.get(file.address)
    assert (answer.status_code, answer.content) == (200, b"weights")
    assert answer.headers["content-disposition"] == 'attachment; filename="net.onnx"'
    assert client.get("/sent/other").status_code == 404
    address, path = file.address, file.path
    del file
    assert client.get(address).status_code == 404
    assert not path.exists()


def test_the_address_is_below_the_servers_own(monkeypatch):
    monkeypatch.setattr(sent_files.st, "get_option", lambda name: "a/b")
    assert SentFile("x", "y").address.startswith("/a/b/sent/")
    assert sent_files.route().path == "/a/b/sent/{secret}"
