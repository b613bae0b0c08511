"""The terminal that answers are printed to."""

from rich.console import Console

_WIDTH = 160  # characters, where the output goes to a file or a pipe


def terminal() -> Console:
    """Standard output; as wide as the window, or wide enough for any table where there is none."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH)
