"""Words, numbers and bytes that nobody expects."""

from __future__ import annotations

from hypothesis import strategies as st

HOSTILE_WORDS = (
    "",
    " ",
    "\0",
    "a\nb",
    "\r",
    "\x1b[31m",
    "‮abc",
    "\u200b",
    "é",
    "e\u0301",
    "中文",
    "🛣️",
    "\ud800",
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "[x](http://e.com)",
    "$x$",
    ":smile:",
    "**a**",
    "%s",
    "{0}",
    "{name}",
    "{",
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\x",
    "nul",
    "None",
    "nan",
    "inf",
    "true",
    "[]",
    "{}",
    "a=b&c=d",
    "%00",
    "%ff",
    "%zz",
    "+",
    "-",
    "--",
    "a" * 5000,
    "1,2" * 1000,
)
HOSTILE_NUMBERS = (
    *("0", "-0", "1", "-1", "2", "7", "8", "13", "255", "256", "1000", "4096", "4097", "99999"),
    *("2147483647", "2147483648", "4294967296", "9223372036854775808", "1" * 400, "9" * 5000),
    *("1e9", "1e999", "-1e-999", "0x10", "1_000", "٣", "²", "1.5", ".5", "1,", ",", ",,", "1 2"),
    *("1,1,1,1", "3,4,6,3", "0,0", "-1,2", "1,2,3,4,5,6,7,8,9", "1," * 300 + "1", "64,128"),
)
SIZES = (
    0,
    1,
    2,
    7,
    127,
    128,
    255,
    256,
    6325,
    32767,
    32768,
    65535,
    65536,
    10**6,
    40_000_000,
    2**31 - 1,
    2**31,
    2**32 - 1,
)

words = st.one_of(
    st.sampled_from(HOSTILE_NUMBERS), st.sampled_from(HOSTILE_WORDS), st.text(max_size=30)
)
sizes = st.sampled_from(SIZES)


def _op() -> st.SearchStrategy[tuple[str, int, int, bytes]]:
    kinds = st.sampled_from(["set", "set", "set", "size", "cut", "insert", "repeat", "drop"])
    return st.tuples(kinds, st.integers(0, 10**6), sizes, st.binary(min_size=1, max_size=8))


@st.composite
def changed(draw: st.DrawFn, data: bytes) -> bytes:
    """The same with a few bytes otherwise, cut off, doubled or put in; early ones more often."""
    for kind, number, size, some in draw(st.lists(_op(), min_size=1, max_size=8)):
        where = 64 if number % 2 else len(data)
        at = number // 2 % max(1, min(where, len(data)))
        little = size.to_bytes(8, "little" if number % 3 else "big")
        new = little[:4] if number % 3 else little[4:]
        then = {
            "set": (some[:1], at + 1),
            "size": (new, at + 4),
            "cut": (b"", len(data)),
            "insert": (some, at),
            "drop": (b"", at + len(some)),
            "repeat": (data[at : at + 16] * (size % 500), at),
        }[kind]
        data = data[:at] + then[0] + data[then[1] :]
    return data
