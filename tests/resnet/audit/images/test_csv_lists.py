import pytest

from resnet.audit.images.csv_lists import by_path
from resnet.audit.images.errors import AuditError


def read(data: bytes, *columns: str) -> dict[str, tuple[str, ...]]:
    return by_path(data, "../list.csv", columns, lambda line: tuple(line.values()))


def test_columns_are_found_by_name_whatever_else_a_line_has():
    data = b'\xef\xbb\xbfmore,b,path,a\r\nx,2,"a,b.jpg",1\r\ny,,c/d.jpg\r\n'
    assert read(data, "a", "b") == {"a,b.jpg": ("1", "2"), "c/d.jpg": ("", "")}


def test_what_stands_twice_says_the_same_or_nothing_is_taken():
    assert read(b"path,a\nx.jpg,1\nx.jpg,1\n", "a") == {"x.jpg": ("1",)}
    with pytest.raises(AuditError, match=r"“list.csv” says two things of x.jpg"):
        read(b"path,a\nx.jpg,1\nx.jpg,2\n", "a")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"file,label\na,1\n", "no header with the columns path, a"),
        (b"path\na.jpg\n", "no header"),
        (b"", "no header"),
        (b"\xff\xfe\x00", "Save it as CSV in UTF-8"),
        (b'path,a\n"x.jpg,1\n', "Save it as CSV in UTF-8"),
        (b"path,a\n" + b"x" * 200_000_000, "over 200 MB"),
    ],
    ids=["other columns", "a column less", "empty", "bytes", "a quote that stays open", "large"],
)
def test_another_file_is_refused_in_a_line(data, says):
    with pytest.raises(AuditError, match=says):
        read(data, "a")
