"""A post as an article words it, and the noun phrase that may name several."""

import msgspec

_ACTING = frozenset("transitional acting interim caretaker provisional temporary".split())
_FORMER = frozenset(
    "former ex ex- formerly then then- previous one-time onetime once late previously".split()
)
PLURALS = {
    "members": "member", "directors": "director", "ministers": "minister", "mps": "MP", "senators": "senator",
    "chairmen": "chairman", "commissioners": "commissioner", "governors": "governor", "judges": "judge",
    "justices": "justice", "presidents": "president", "ambassadors": "ambassador", "lawmakers": "lawmaker",
    "congressmen": "congressman", "representatives": "representative", "spokesmen": "spokesman",
    "vice-presidents": "vice-president", "executives": "executive", "chairs": "chair",
    "secretaries": "secretary",
    "chairwomen": "chairwoman", "mayors": "mayor", "managers": "manager",
}  # fmt: skip


_LONG = {"prime-minister": "prime minister", "sen": "senator", "rep": "representative", "gov": "governor"}


class Role(msgspec.Struct, gc=False):
    """A post as the article words it, and what the words around it say of its holder."""

    words: list[str]
    start: int  # tokens of the sentence, [start, end)
    end: int
    head: str
    organization: str | None = None
    from_left: bool = False  # the organisation stands before the post
    home: bool = False  # "its", "the company's": the organisation that the article speaks of
    modifiers: frozenset[str] = frozenset()

    @property
    def post(self) -> str:
        if len(self.words) == 1:
            return _LONG.get(self.words[0], self.words[0])
        return " ".join([_LONG.get(word, word) for word in self.words])

    @property
    def acting(self) -> bool:
        return bool(self.modifiers & _ACTING)

    @property
    def former(self) -> bool:
        return bool(self.modifiers & _FORMER)

    @property
    def elect(self) -> bool:
        return "elect" in self.modifiers


def substantive(role: Role) -> Role:
    """The post without what makes its holder an acting one."""
    return msgspec.structs.replace(role, modifiers=role.modifiers - _ACTING) if role.acting else role


class RolePhrase(msgspec.Struct, gc=False):
    """One noun phrase with one or more posts: "vice chairman and chief executive officer of Emhart"."""

    roles: list[Role]
    start: int
    end: int
    determiner: str | None  # the, a, its, 's, ...
    possessor: str | None  # "Trump" in "Trump's health secretary"
    plural: bool
