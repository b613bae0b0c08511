"""A post's timeline as SVG: who held it from when until when, and how sure that is.

It carries no script and fetches nothing, so a strict content security policy can allow it. Without its style sheet (a
page that inlines it may forbid one) it is right too, only light. What differs in meaning differs in form and in words,
never in colour alone.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date

from projections.answering.answers import TimelineOn
from service.rendering.axis import Axis, axis_over
from service.rendering.lines import lines, width
from service.rendering.markup import Attributes, element, text
from service.rendering.timeline_bars import COLOURS, HEIGHT, bar, is_partly_possible, patterns
from service.rendering.timeline_rows import Form, Row, heading, rows_of, summary
from service.rendering.words import day_in_words

LEAST_WIDTH, WIDTH, MOST_WIDTH = 480, 800, 1_600

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
_TITLE, _NAME, _DETAIL = 17, 14, 12  # sizes of letters
_TALL = 600  # from which height on the years stand below too
_EDGE, _GAP = 16, 18  # around the picture; between words and bars

_PAPER, _INK, _FAINT, _GRID = "#ffffff", "#1b1f24", "#4d5661", "#d5dae0"
_DARK_PAPER, _DARK_INK, _DARK_FAINT, _DARK_GRID = "#15181c", "#e8ebee", "#a9b3be", "#353b43"
_WORDS: dict[Form, str] = {
    "held": "in office",
    "acting": "acting",
    "disputed": "disputed",
    "incoming": "elected, nominated or to take office",
    "vacant": "vacant",
}
_POSSIBLE = "possible: not certain, or not heard of for long"
_OPEN = "open: when it began or ended is not known"

STYLE = "".join(
    [
        ".inc-timeline{max-width:100%;height:auto}",
        "@media (prefers-color-scheme:dark){",
        f".inc-paper{{fill:{_DARK_PAPER}}}.inc-ink{{fill:{_DARK_INK}}}.inc-faint{{fill:{_DARK_FAINT}}}",
        f".inc-grid{{stroke:{_DARK_GRID}}}.inc-day{{stroke:{_DARK_INK}}}",
        *(
            f".inc-{form}{{fill:{dark}}}.inc-{form}-line{{stroke:{dark}}}"
            for form, (_, dark) in COLOURS.items()
        ),
        "}",
    ]
)
POLICY = (  # of the answer, for where it is opened by itself: its own style sheet, and nothing else
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'"
)


def timeline_svg(timeline: TimelineOn, *, wide: int = WIDTH) -> bytes:
    """The picture, `wide` units wide; a page may show it at any size. UTF-8."""
    rows, identity = rows_of(timeline), _identity(timeline)
    words = min(340.0, wide * 0.42)
    left, right = _EDGE + words + _GAP, float(wide - _EDGE)
    days = {day for row in rows for day in (row.first, row.last) if day is not None}
    axis = axis_over({timeline.as_of, *days}, left, right)
    head = lines(heading(timeline), _TITLE, wide - 2 * _EDGE, 3, bold=True)
    below = lines(summary(timeline), _NAME, wide - 2 * _EDGE, 3)
    parts: list[str] = []
    y = float(_EDGE)
    for line in head:
        y += 22
        parts.append(_text(line, _EDGE, y, _TITLE, "ink", bold=True))
    for line in below:
        y += 19
        parts.append(_text(line, _EDGE, y, _NAME, "ink"))
    top = y + 44
    bars: list[str] = []
    bottom = top
    for row in rows:
        drawn, bottom = _row(row, axis, bottom, words, identity)
        bars.append(drawn)
    if not rows:
        bottom += 26
        bars.append(_text("Nobody is known to have held this post.", _EDGE, bottom - 8, _NAME, "faint"))
    key, height = _key(rows, axis, bottom + (44 if bottom - top > _TALL else 26), wide, identity)
    title, description = f"{identity}-title", f"{identity}-description"
    described = f"{summary(timeline)} {len(rows)} lines follow, in order of time."
    return element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {wide} {round(height)}",
            "width": wide,
            "height": round(height),
            "class": "inc-timeline",
            "role": "graphics-document document",
            "aria-labelledby": title,
            "aria-describedby": description,
            "font-family": _FONT,
            "lang": "en",
        },
        element("title", {"id": title}, text(f"Timeline: {heading(timeline)}")),
        element("desc", {"id": description}, text(described)),
        element("style", {}, STYLE),
        element("defs", {}, patterns({row.form for row in rows}, identity)),
        element("rect", {"width": wide, "height": round(height), "fill": _PAPER, "class": "inc-paper"}),
        element("g", {"aria-hidden": "true"}, *parts, _grid(axis, timeline.as_of, top, bottom)),
        element("g", {"role": "list", "aria-label": "Memberships"}, *bars) if rows else bars[0],
        element("g", {"aria-hidden": "true"}, key) if key else "",
    ).encode()


def _row(row: Row, axis: Axis, y: float, words: float, identity: str) -> tuple[str, float]:
    """The markup of a row that begins at `y`, and where the next begins."""
    name = lines(row.name, _NAME, words, 2, bold=True)
    detail = lines(row.detail, _DETAIL, words, 4)
    parts: list[str] = []
    at = y + 4
    for line in name:
        at += 18
        parts.append(_text(line, _EDGE, at, _NAME, "ink", bold=True))
    for line in detail:
        at += 16
        parts.append(_text(line, _EDGE, at, _DETAIL, "faint"))
    bottom = at + 12
    middle = y + (bottom - y) / 2
    rule: Attributes = {
        "x1": _EDGE,
        "x2": axis.right,
        "y1": bottom,
        "y2": bottom,
        "stroke": _GRID,
        "class": "inc-grid",
    }
    said = text(f"{row.name}: {row.detail}")
    return (
        element(
            "g",
            {"role": "listitem"},
            element(
                "g",
                {"role": "img", "aria-label": f"{row.name}: {row.detail}"},
                element("title", {}, said),
                *parts,
                bar(row, axis, middle - HEIGHT / 2, identity),
            ),
            element("line", rule),
        ),
        bottom,
    )


def _grid(axis: Axis, as_of: date, top: float, bottom: float) -> str:
    """The marks of time with their years, and the day asked for."""
    parts = []
    for x, label in axis.marks():
        mark: Attributes = {
            "x1": x,
            "x2": x,
            "y1": top - 4,
            "y2": bottom,
            "stroke": _GRID,
            "class": "inc-grid",
        }
        parts.append(element("line", mark))
        if axis.left + 14 < x < axis.right - 14 and abs(x - axis.x(as_of)) > width(label, 11) / 2 + 4:
            parts.append(_text(label, x, top - 8, 11, "faint", anchor="middle"))
            if bottom - top > _TALL:
                parts.append(_text(label, x, bottom + 15, 11, "faint", anchor="middle"))
    x, label = axis.x(as_of), day_in_words(as_of)
    today: Attributes = {"x1": x, "x2": x, "y1": top - 20, "y2": bottom, "stroke": _INK, "class": "inc-day"}
    parts.append(element("line", today | {"stroke-dasharray": "2 3"}))
    anchor = "end" if x > (axis.left + axis.right) / 2 else "start"
    parts.append(_text(label, x + (2 if anchor == "end" else -2), top - 24, 11, "ink", anchor=anchor))
    return "".join(parts)


def _key(rows: Sequence[Row], axis: Axis, y: float, wide: int, identity: str) -> tuple[str, float]:
    """What the forms mean, of those that stand in the picture; and where the picture ends."""
    first, last = date(2000, 1, 1), date(2001, 1, 1)
    samples = [
        (Row("", "", form, first, last, certain=(first, last)), words)
        for form, words in _WORDS.items()
        if any(row.form == form for row in rows)
    ]
    partly = [row for row in rows if is_partly_possible(row, axis)]
    if partly:
        samples.append((Row("", "", partly[0].form, first, last), _POSSIBLE))
    if any(row.opens or row.stays_open for row in partly):
        samples.append((Row("", "", partly[0].form, first, None, stays_open=True), _OPEN))
    parts, x = [], float(_EDGE)
    for row, words in samples:
        room = 34 + 8 + width(words, _DETAIL) + 18
        if x > _EDGE and x + room > wide - _EDGE:
            x, y = float(_EDGE), y + 22
        parts.append(bar(row, Axis(first, last, x, x + 34), y - 11, identity))
        parts.append(_text(words, x + 42, y, _DETAIL, "faint"))
        x += room
    return "".join(parts), y + 18


def _text(
    words: str, x: float, y: float, size: int, kind: str, *, bold: bool = False, anchor: str = ""
) -> str:
    given: Attributes = {"x": x, "y": y, "font-size": size}
    given |= {"fill": _INK if kind == "ink" else _FAINT, "class": f"inc-{kind}"}
    given |= {"font-weight": "600"} if bold else {}
    given |= {"text-anchor": anchor} if anchor else {}
    return element("text", given, text(words))


def _identity(timeline: TimelineOn) -> str:
    """Ids in the picture begin with it, so that several can stand in one page."""
    asked = f"{timeline.post.id} {timeline.as_of} {timeline.at_position}"
    return "inc-" + hashlib.sha256(asked.encode()).hexdigest()[:8]
