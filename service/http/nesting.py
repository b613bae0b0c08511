"""How deep JSON is nested, told without reading it: for the bodies of strangers. Pure."""

import re

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_AS_SQUARE = bytes.maketrans(b"{}", b"[]")
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))


def is_deeper(body: bytes, levels: int) -> bool:
    """Whether arrays and objects stand in each other more than `levels` deep, or their brackets do not match.

    Takes time in proportion to the body, whatever it holds: each round takes the innermost brackets away.
    """
    if body.count(b"[") + body.count(b"{") <= levels:
        return False
    brackets = _STRING.sub(b"", body).translate(_AS_SQUARE, _OTHERS)
    for _ in range(levels):
        if not brackets:
            break
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)
