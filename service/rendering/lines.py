"""Text in lines of a given width, by an estimate of its letters: whatever font a reader has, nothing overlaps."""

import unicodedata

_NARROW, _WIDE = frozenset("iljtfrI.,;:!'|()[] ·’"), frozenset("mwMWÆŒ@%—")


def width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide the text is in a generous sans-serif of the size; rather more than it is."""
    return sum(_letter(each) for each in text) * size * (1.1 if bold else 1.0)


def lines(text: str, size: float, room: float, most: int, *, bold: bool = False) -> list[str]:
    """The text in at most so many lines, each no wider than `room`; what does not fit is told by an ellipsis."""
    left = " ".join(text.split())
    found: list[str] = []
    while left and len(found) < most:
        line = _fitting(left, size, room, bold=bold)
        rest = left[len(line) :].strip()
        if rest and len(found) == most - 1:
            line = (
                _fitting(line, size, room - width("…", size, bold=bold), bold=bold, words=False).rstrip()
                + "…"
            )
        found.append(line.strip())
        left = rest
    return found or [""]


def _fitting(text: str, size: float, room: float, *, bold: bool, words: bool = True) -> str:
    """The longest beginning that fits, ending with a word if that leaves at least a third of the line."""
    end, taken = 0, 0.0
    for letter in text:
        taken += width(letter, size, bold=bold)
        if taken > room and end > 0:
            break
        end += 1
    if end == len(text) or not words:
        return text[:end]
    last = max(text.rfind(" ", 0, end + 1), text.rfind("-", 0, end) + 1)
    return text[:last] if last > end // 3 else text[:end]


def _letter(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    if letter in _NARROW:
        return 0.4
    if letter in _WIDE:
        return 0.98
    return 0.72 if letter.isupper() else 0.63
