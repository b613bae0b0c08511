"""Bytes become text in the encoding that they are in, and what is no text is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.reading.formats.derived import Underivable
from events.reading.formats.encoding import decode

GERMAN = (
    "Die Hafenbehörde von Aldmünde hat Jörg Brühl gestern überraschend entlassen – „für immer“, hieß es. " * 3
)


@pytest.mark.parametrize(
    ("body", "declared", "charset", "how"),
    [
        (GERMAN.encode(), None, "utf-8", "utf-8"),
        (GERMAN.encode(), "utf-8", "utf-8", "declared"),
        (GERMAN.encode("utf-8-sig"), "iso-8859-1", "utf-8", "bom"),
        (GERMAN.encode("utf-16"), None, "utf-16-le", "bom"),
        (GERMAN.encode("cp1252"), "iso-8859-1", "cp1252", "declared"),
        (GERMAN.encode("cp1252"), "utf-8", "cp1252", "detected"),
        (GERMAN.encode("cp1252"), None, "cp1252", "detected"),
        (b'<meta charset="windows-1252">' + GERMAN.encode("cp1252"), None, "cp1252", "declared"),
        (
            b'<?xml version="1.0" encoding="ISO-8859-1"?>' + GERMAN.encode("cp1252"),
            None,
            "cp1252",
            "declared",
        ),
        (b'<meta charset="utf-16">' + GERMAN.encode(), None, "utf-8", "utf-8"),
        (GERMAN.encode(), "no-such-charset", "utf-8", "utf-8"),
        (GERMAN.encode(), "base64", "utf-8", "utf-8"),
    ],
)
def test_the_encoding_is_found_and_said(body: bytes, declared: str | None, charset: str, how: str) -> None:
    found = decode(body, declared)

    assert (found.charset, found.how) == (charset, how)
    assert found.text.endswith(GERMAN)


@pytest.mark.parametrize(
    "body",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00\x01\x02" * 50,
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00" + bytes(range(256)),
        b"\x00\x01" * 500,
        b"\xff\xfe" + b"\x00\xd8" * 9,
    ],
)
def test_what_is_no_text_is_refused(body: bytes) -> None:
    with pytest.raises(Underivable, match=r"binary|UTF-8|control"):
        decode(body)


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "latin-1", "utf-16", "x"]))
def test_any_bytes_are_text_or_refused_and_never_hold_a_nul(body: bytes, declared: str | None) -> None:
    try:
        text = decode(body, declared).text
    except Underivable:
        return
    assert "\x00" not in text
    text.encode()
