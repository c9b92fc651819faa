"""DEFLATE, both ways: what goes in comes out, however it is cut, and never too much at once."""

import gzip
import random
import zlib
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakemail.net.deflate import STORED, Deflater, Inflater, NotDeflate

_WORDS = b"* FETCH (UID 1 FLAGS (Seen)) lorem ipsum\r\n" * 1000


def inflated(data: bytes, cuts: list[int], most: int) -> bytes:
    inflater, places = Inflater(), sorted({0, *(cut % (len(data) + 1) for cut in cuts), len(data)})
    pieces = []
    for start, end in pairwise(places):
        inflater.feed(data[start:end])
        while inflater.has_more:
            pieces.append(inflater.piece(most))
            assert len(pieces[-1]) <= most
    return b"".join(pieces)


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from([1, 7, 300, STORED - 1, STORED, 70_000]), max_size=5),
    st.lists(st.integers(0, 10**6), max_size=4),
    st.sampled_from([5, 1000, 10**6]),
    st.integers(0, 2**32),
)
def test_what_goes_in_comes_out_however_it_is_cut(
    sizes: list[int], cuts: list[int], most: int, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311  (no secrets)
    pieces = [dice.choice([_WORDS * 2, dice.randbytes(70_000)])[:size] for size in sizes]
    deflater = Deflater()
    compressed = [deflater.piece(piece) for piece in pieces]
    stream, whole = b"".join(compressed), b"".join(pieces)
    assert inflated(stream, cuts, most) == whole
    reader = zlib.decompressobj(-15)  # a client has each piece as soon as it has come
    assert [reader.decompress(piece) for piece in compressed] == pieces
    assert reader.decompress(deflater.end()) == b""
    assert reader.eof


def test_short_pieces_are_squeezed() -> None:
    deflater = Deflater()
    deflater.piece(_WORDS[:4000])
    assert len(deflater.piece(_WORDS[:4000])) < 100  # it knows them by now


def test_a_bomb_comes_out_piece_by_piece() -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = bomb.compress(bytes(10**7)) + bomb.flush()
    inflater = Inflater()
    inflater.feed(data)
    sizes = []
    while inflater.has_more:
        sizes.append(len(inflater.piece(1000)))
    assert (sum(sizes), max(sizes)) == (10**7, 1000)


@pytest.mark.parametrize("data", [b"a1 NOOP\r\n", b"\xff\xff\xff"])
def test_what_is_no_stream_is_told(data: bytes) -> None:
    inflater = Inflater()
    inflater.feed(data)
    with pytest.raises(NotDeflate):
        inflater.piece(100)


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        ([zlib.compress(_WORDS)], "begins as zlib's format does"),
        (
            map(bytes, zip(zlib.compress(b"a4 LIST", 9), strict=True)),
            "begins as zlib's format does",
        ),
        ([gzip.compress(_WORDS)], "begins as gzip's format does"),
        ([b'W4 LIST "" "*"\r\n'], "it is clear text"),
        ([b"\x07" * 80], "^Error -3"),
        ([b"W4 LIST without an end " * 8], "^Error -3"),
    ],
)
def test_what_it_is_instead_is_told(pieces: Iterable[bytes], told: str) -> None:
    inflater = Inflater()

    def read() -> None:
        for piece in pieces:
            inflater.feed(piece)
            inflater.piece(100)

    with pytest.raises(NotDeflate, match=told):
        read()


@pytest.mark.parametrize("has_said_end", [True, False])
@pytest.mark.parametrize("comes_first", [True, False])
def test_behind_the_end_all_is_clear(*, has_said_end: bool, comes_first: bool) -> None:
    client = zlib.compressobj(wbits=-15)
    data = client.compress(b"bye") + client.flush(zlib.Z_SYNC_FLUSH)
    end = client.flush() if has_said_end else b""
    inflater = Inflater()
    inflater.feed(data + end if comes_first else data)
    assert inflater.piece(100) == b"bye"
    inflater.stop()
    inflater.feed(b"clear" if comes_first else end + b"clear")
    assert inflater.piece(100) + inflater.piece(100) == b"clear"
