"""The persons who may be meant by an article, found by name and by post. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from events.naming.persons import compatible, is_bare, loosely_same, person_fingerprint, person_keys
from events.register import KnownPerson

_TAKING = frozenset(("in", "elected", "nominated"))


class People:
    """Known persons, with those whom the article brought into being."""

    def __init__(self, known: Iterable[KnownPerson]) -> None:
        self._persons: dict[str, KnownPerson] = {}
        self._by_key: dict[str, set[str]] = {}  # ids
        self._by_post: dict[str, set[str]] = {}
        for person in known:
            self.keep(person)

    def keep(self, person: KnownPerson) -> None:
        """Adds a person, or what became of one."""
        self._persons[person.id] = person
        for name in person.names:
            for key in person_keys(name):
                self._by_key.setdefault(key, set()).add(person.id)
        for post in person.posts:
            self._by_post.setdefault(post.id, set()).add(person.id)

    def named(
        self, name: str, *, kind: str, post: str | None, organization: str | None, close_within: str | None
    ) -> tuple[KnownPerson | None, str]:
        """The person of a claim of this kind, and how they were found; None with "new" where nobody can be meant.

        `close_within` is the organization within which a close name counts: the claim's, or None where that is too
        wide a circle.
        """
        print_ = person_fingerprint(name)
        alike = self._sharing(self._by_key, person_keys(name))
        same = [p for p in alike if any(person_fingerprint(n) == print_ for n in p.names)]
        if len(same) == 1 and not is_bare(name):
            return same[0], "name"
        if (found := _only(same, post, organization)) is not None:
            return found[0], f"name, in this {found[1]}"
        if same:
            return None, "ambiguous"
        close = [p for p in alike if any(compatible(name, n) for n in p.names)]
        if (found := _only(close, post, close_within)) is not None:
            return found[0], f"close name, in this {found[1]}"
        among = [] if post is None else self._of_post(post, lambda known: _may_be(kind, name, known))
        if len(among) == 1:
            return among[0], "spelling, in this post"
        if among:
            return None, "ambiguous"
        return (None, "close to a known name") if close else (None, "new")

    def _of_post(self, post: str, fits: Callable[[str], bool]) -> list[KnownPerson]:
        return [p for p in self._sharing(self._by_post, (post,)) if any(fits(name) for name in p.names)]

    def _sharing(self, index: Mapping[str, set[str]], keys: Iterable[str]) -> list[KnownPerson]:
        return [self._persons[id_] for id_ in sorted({id_ for key in keys for id_ in index.get(key, ())})]


def _only(
    candidates: Sequence[KnownPerson], post: str | None, organization: str | None
) -> tuple[KnownPerson, str] | None:
    """The only one who has the post; if nobody has, the only one who has a post in the organization."""
    in_post = [p for p in candidates if post is not None and any(held.id == post for held in p.posts)]
    in_organization = [
        p
        for p in candidates
        if organization is not None and any(held.organization == organization for held in p.posts)
    ]
    found, where = (in_post, "post") if in_post else (in_organization, "organization")
    return (found[0], where) if len(found) == 1 else None


def _may_be(kind: str, name: str, known: str) -> bool:
    """A family name alone says nothing of who takes a post: it may be the holder's brother."""
    return loosely_same(name, known) and not (is_bare(name) and kind in _TAKING)
