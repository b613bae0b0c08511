"""The bars of a timeline's picture: each form differs from the others in shape, and by the day in how sure it is."""

from collections.abc import Iterable
from typing import NamedTuple

from service.rendering.axis import Axis
from service.rendering.markup import Attributes, element
from service.rendering.timeline_rows import Form, Row

HEIGHT = 14
_TAIL = 26  # how far a bar reaches beyond what is known, where a side is open
_POSSIBLE, _COMING, _NOBODY = "4 3", "1.5 3", "5 3"  # dashes
COLOURS: dict[Form, tuple[str, str]] = {  # form: (light, dark)
    "held": ("#1f5fa8", "#79b0f0"),
    "acting": ("#8a5a00", "#e0b054"),
    "disputed": ("#a3262e", "#f08a8f"),
    "incoming": ("#2d6a35", "#86c98e"),
    "vacant": ("#4d5661", "#a9b3be"),
}


class _Extent(NamedTuple):
    """Where a bar reaches, and the part of it that is certain."""

    left: float
    right: float
    solid: tuple[float, float] | None

    @property
    def is_certain(self) -> bool:
        """All of it, as far as one can see."""
        return self.solid is not None and self.solid[0] - self.left < 1.5 and self.right - self.solid[1] < 1.5


def bar(row: Row, axis: Axis, y: float, identity: str) -> str:
    """The bar of a row, its upper side at `y`."""
    extent = _extent(row, axis)
    if row.form == "vacant":
        middle = y + HEIGHT / 2
        line: Attributes = {"x1": extent.left, "x2": extent.right, "y1": middle, "y2": middle}
        line |= {"stroke": COLOURS["vacant"][0], "stroke-width": 1.5, "class": "inc-vacant-line"}
        return _outline(row, extent.left, extent.right, y + 3, HEIGHT - 6, _NOBODY) + element("line", line)
    if row.form == "incoming":
        return _outline(row, extent.left, extent.right, y, HEIGHT, _COMING)
    drawn = "" if extent.is_certain else _possible(row, extent.left, extent.right, y)
    return drawn if extent.solid is None else drawn + _solid(row.form, *extent.solid, y, identity)


def is_partly_possible(row: Row, axis: Axis) -> bool:
    """Whether its bar is dashed somewhere."""
    return row.form not in ("vacant", "incoming") and not _extent(row, axis).is_certain


def patterns(forms: Iterable[Form], identity: str) -> str:
    """Hatching for what must differ from a plain bar in black and white too."""
    strokes: dict[Form, str] = {"acting": "M-2 2L2 -2M0 8L8 0M6 10L10 6", "disputed": "M0 0L8 8M8 0L0 8"}
    return "".join(
        element(
            "pattern",
            {"id": f"{identity}-{form}", "width": 8, "height": 8, "patternUnits": "userSpaceOnUse"},
            element(
                "path",
                {
                    "d": path,
                    "stroke": COLOURS[form][0],
                    "stroke-width": 2.2 if form == "acting" else 1.5,
                    "class": f"inc-{form}-line",
                },
            ),
        )
        for form, path in strokes.items()
        if form in forms
    )


def _extent(row: Row, axis: Axis) -> _Extent:
    left = axis.x(row.first) - (_TAIL if row.opens else 0)
    right = axis.right if row.last is None else axis.x(row.last) + (_TAIL if row.stays_open else 0)
    left, right = max(left, axis.left - 8), min(max(right, left + 4), axis.right)
    left = min(left, right - 4)  # what lasted a day can be seen
    if row.certain is None:
        return _Extent(left, right, None)
    begin = max(left, axis.x(row.certain[0]))
    return _Extent(left, right, (begin, max(min(right, axis.x(row.certain[1])), begin + 3)))


def _solid(form: Form, left: float, right: float, y: float, identity: str) -> str:
    shape: Attributes = {"x": left, "y": y, "width": right - left, "height": HEIGHT}
    if form == "held":
        return element("rect", shape | {"fill": COLOURS[form][0], "class": "inc-held"})
    border: Attributes = {"stroke": COLOURS[form][0], "stroke-width": 1.5, "class": f"inc-{form}-line"}
    return element("rect", shape | {"fill": f"url(#{identity}-{form})"} | border)


def _possible(row: Row, left: float, right: float, y: float) -> str:
    return _outline(row, left, right, y + 2, HEIGHT - 4, _POSSIBLE)


def _outline(row: Row, left: float, right: float, y: float, height: float, dashes: str) -> str:
    """The border of a bar, without an edge where it is open."""
    top, under = f"M{left:.1f} {y:.1f}H{right:.1f}", f"M{left:.1f} {y + height:.1f}H{right:.1f}"
    edges = "" if row.opens else f"M{left:.1f} {y:.1f}v{height:.1f}"
    edges += "" if row.stays_open else f"M{right:.1f} {y:.1f}v{height:.1f}"
    given: Attributes = {
        "d": top + under + edges,
        "fill": "none",
        "stroke": COLOURS[row.form][0],
        "stroke-width": 1.8,
    }
    return element("path", given | {"stroke-dasharray": dashes, "class": f"inc-{row.form}-line"})
