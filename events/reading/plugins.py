"""Extractors by name: the embedded one, and those that installed packages offer."""

from importlib.metadata import entry_points

from events.reading.extractor import DEFAULT, ENTRY_POINTS, Extractor
from events.reading.rules import Rules


class UnknownExtractor(LookupError):
    """No installed package offers an extractor of that name; the message lists those there are."""


def load(name: str = DEFAULT) -> Extractor:
    """The extractor of that name: "rules", or an entry point of the group "incumbent.extractors".

    Raises UnknownExtractor.
    """
    if name == DEFAULT:
        return Rules()
    offered = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    if name not in offered:
        known = ", ".join(sorted({DEFAULT, *offered}))
        raise UnknownExtractor(f"there is no extractor {name!r}; installed are: {known}")
    extractor: Extractor = offered[name].load()()
    return extractor
