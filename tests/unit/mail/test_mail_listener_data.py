"""The data reader against its definition, however the network cuts the data."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.data_reader import DataReader, Fault
from consultant.mail.limits import Limits
from consultant.mail.lines import has_bare_line_end, has_line_longer_than, stuffed

PIECES = st.lists(st.sampled_from([b"\r\n", b".", b"\r", b"\n", b"x", b"yz", b"\r\n.", b"\0"]), max_size=30).map(b"".join)
LINES = st.lists(st.sampled_from([b".", b"..", b"", b"x", b".x", b"x.", b"\xe9"]), max_size=12).map(
    lambda lines: b"".join(line + b"\r\n" for line in lines)
)
CUTS = st.lists(st.integers(min_value=1, max_value=6), max_size=60)
LIMITS = Limits(message_bytes=10_000)


def fed(data: bytes, cuts: list[int], limits: Limits = LIMITS) -> tuple[DataReader, bytes | None]:
    reader, start = DataReader(limits), 0
    for length in [*cuts, len(data)]:
        rest = reader.feed(data[start : start + length])
        start += length
        if rest is not None:
            return reader, rest + data[start:]
    return reader, None


@given(LINES, CUTS, PIECES)
def test_what_was_stuffed_comes_out_as_it_was_and_the_rest_is_left(content, cuts, rest):
    reader, left = fed(stuffed(content) + b".\r\n" + rest if content else b".\r\n" + rest, cuts)
    assert (content, rest) == (reader.content(), left)


@given(PIECES, CUTS)
def test_the_data_end_where_the_first_crlf_dot_crlf_stands(data, cuts):
    reader, left = fed(data, cuts)
    end = (b"\r\n" + data).find(b"\r\n.\r\n")
    if end < 0:
        assert left is None
        return
    assert left == data[end + 3 :]
    before = (b"\r\n" + data)[2 : end + 2] if end else b""
    content = reader.content()
    assert reader.fault is None
    assert content is not None
    assert not has_bare_line_end(content)
    if not has_bare_line_end(before):
        assert content == (b"\r\n" + before).replace(b"\r\n.", b"\r\n")[2:]


@given(PIECES, CUTS)
def test_what_is_discarded_ends_at_the_same_place(data, cuts):
    reader = DataReader(LIMITS)
    reader.discard(Fault.NO_ROOM)
    kept, left = fed(data, cuts)
    start, rest = 0, None
    for length in [*cuts, len(data)]:
        rest = reader.feed(data[start : start + length])
        start += length
        if rest is not None:
            rest += data[start:]
            break
    assert left == rest
    assert reader.content() is None
    assert reader.fault is Fault.NO_ROOM
    assert kept.fault is None


@given(LINES, CUTS, st.integers(min_value=1, max_value=30))
def test_a_mail_is_too_large_exactly_when_it_is_beyond_the_limit(content, cuts, limit):
    limits = Limits(message_bytes=limit, bytes_in_flight=limit)
    wire = stuffed(content) if content else b""
    reader, left = fed(wire + b".\r\n", cuts, limits)
    assert left == b""
    if len(wire) <= limit:
        assert reader.content() == content
    else:
        assert reader.content() is None
        assert reader.fault is Fault.TOO_LARGE


@given(PIECES, st.integers(min_value=1, max_value=8))
def test_a_line_is_too_long_exactly_when_it_is_beyond_the_limit(content, limit):
    lines = content.split(b"\n")
    lengths = [len(line) + 1 for line in lines[:-1]] + [len(lines[-1])]
    assert has_line_longer_than(content, limit) == (max(lengths) > limit)


def test_memory_is_bounded_while_discarding():
    reader = DataReader(Limits(message_bytes=1000))
    for _ in range(3):
        assert reader.feed(b"x" * 900) is None
    assert len(reader._buffer) < 1000
    assert reader.size == 2700
    assert not reader.is_endless
