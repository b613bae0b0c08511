"""Server-sent events: the bytes of `text/event-stream` (WHATWG HTML, section 9.2). Pure."""

MEDIA_TYPE = "text/event-stream"


def frame(data: bytes, *, id: str | None = None) -> bytes:
    """One event. `data` is a single line: our JSON never holds a line break."""
    assert b"\n" not in data
    assert b"\r" not in data
    head = b"" if id is None else b"id: %s\n" % id.encode()
    return b"%sdata: %s\n\n" % (head, data)


def place(id: str) -> bytes:
    """Moves what a client sends back as Last-Event-ID, without an event that it would hear of."""
    return b"id: %s\n\n" % id.encode()


def comment(text: str) -> bytes:
    """What clients skip: it keeps a connection from looking dead.

    No empty line ends it, for some take that for an event.
    """
    return b": %s\n" % text.encode()


def retry(milliseconds: int) -> bytes:
    """How long a client waits until it connects again."""
    return b"retry: %d\n\n" % milliseconds
