"""Which rows of the content table an event refers to. Pure."""

from events.catalogue import (
    AnyEvent,
    ArticleReceived,
    ClaimsDecided,
    ClaimsStated,
    ClaimsSubmitted,
    ContentRedacted,
    ContentRef,
    EntitiesRecorded,
    PersonMerged,
    PersonSplit,
    PostConfigured,
    PostSettled,
    PostVacancyDeclared,
    PostVacancyWithdrawn,
)


def contents_of(event: AnyEvent) -> tuple[ContentRef, ...]:
    """The verbatim texts behind an event: article, original, evidence, editors' notes."""
    match event:
        case ArticleReceived(text=text, original=original):
            return (text, original)
        case ClaimsDecided(decisions=decisions) | PostSettled(decisions=decisions):
            return tuple(decision.note for decision in decisions if decision.note is not None)
        case ClaimsSubmitted(note=note, evidence=evidence):
            return tuple(ref for ref in (note, evidence) if ref is not None)
        case PostConfigured(note=note) | PostVacancyDeclared(note=note) | PostVacancyWithdrawn(note=note):
            return () if note is None else (note,)
        case PersonMerged(note=note) | PersonSplit(note=note):
            return () if note is None else (note,)
        case EntitiesRecorded(content=content) | ClaimsStated(content=content):
            return () if content is None else (content,)
        case ContentRedacted(reason=reason):
            return (reason,)
        case _:
            return ()
