"""Which rows of the content table an event refers to. Pure."""

from events.catalogue import AnyEvent, ArticleReceived, ClaimsDecided, ContentRedacted, ContentRef


def contents_of(event: AnyEvent) -> tuple[ContentRef, ...]:
    """The verbatim texts behind an event: article, original, editors' notes."""
    match event:
        case ArticleReceived(text=text, original=original):
            return (text, original)
        case ClaimsDecided(decisions=decisions):
            return tuple(decision.note for decision in decisions if decision.note is not None)
        case ContentRedacted(reason=reason):
            return (reason,)
        case _:
            return ()
