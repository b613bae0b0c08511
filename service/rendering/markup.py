"""XML written by hand, safely: names are data, whatever they hold."""

import re
from typing import TypeAlias

Attributes: TypeAlias = dict[str, str | int | float]

# What XML 1.0 cannot hold, and what would turn the direction of the text around it.
_UNFIT = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u0080-\u009f\u202a-\u202e\u2066-\u2069]"
)


def text(value: str) -> str:
    """The text as content or as the value of an attribute in double quotes; what no XML can hold is left out."""
    clean = _UNFIT.sub("", value)
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def element(name: str, attributes: Attributes, *children: str) -> str:
    """An element; `children` are markup already, attributes are not."""
    given = "".join(f' {key}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{''.join(children)}</{name}>" if children else f"<{name}{given}/>"


def _value(value: str | int | float) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else text(str(value))
