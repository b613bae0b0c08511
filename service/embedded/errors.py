"""How the embedded servers can fail."""


class EmbeddedError(Exception):
    """The embedded servers cannot run; the message is one sentence that says why and what to do about it."""
