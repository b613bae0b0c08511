"""Names become entities: what is found, what is new, and what is left to an editor."""

import itertools
from collections.abc import Callable

from events.catalogue import (
    Claim,
    EntityKind,
    NameReserved,
    OrganizationCreated,
    PersonCreated,
    PersonNamed,
    PostOpened,
)
from events.naming.organizations import organization_fingerprint
from events.naming.posts import post_key
from events.naming.resolve import Known, Resolved, name_stream, questions, resolve
from events.register import KnownOrganization, KnownPerson, KnownPost

RUSSIA = KnownOrganization(
    id="organization-russia", name="Russia", fingerprint=organization_fingerprint("Russia")
)
FRANCE = KnownOrganization(
    id="organization-france", name="France", fingerprint=organization_fingerprint("France")
)


def post(organization: KnownOrganization, label: str, seats: int | None = 1) -> KnownPost:
    id_ = f"post-{organization.name}-{post_key(label)}".replace(" ", "-").lower()
    return KnownPost(id=id_, label=label, key=post_key(label), organization=organization.id, seats=seats)


def person(name: str, *posts: KnownPost, also: tuple[str, ...] = ()) -> KnownPerson:
    return KnownPerson(id=f"person-{name.replace(' ', '-').lower()}", names=(name, *also), posts=posts)


DEFENSE = post(RUSSIA, "defense minister")
FINANCE_RUSSIA = post(RUSSIA, "finance minister")
FINANCE_FRANCE = post(FRANCE, "finance minister")


def claim(person: str, post: str, organization: str | None = "Russia", **fields: object) -> Claim:
    values: dict[str, object] = {"kind": "holds", "confidence": 0.95, **fields}
    id_ = f"{values['kind']} {person} {post} {organization}"
    return Claim(id=id_, person=person, post=post, organization=organization, **values)  # type: ignore[arg-type] # fields of Claim


def minting() -> Callable[[EntityKind], str]:
    numbers = itertools.count(1)
    return lambda kind: f"{kind}-new-{next(numbers)}"


def resolved(*claims: Claim, **known: object) -> Resolved:
    return resolve(claims, Known(**known), minting())  # type: ignore[arg-type] # fields of Known


def created(result: Resolved) -> list[object]:
    return [new.event for new in result.events if not isinstance(new.event, NameReserved)]


def test_everything_new_is_created_once_and_its_names_are_reserved() -> None:
    result = resolved(
        claim("Dmitry Bulgakov", "deputy defense minister", kind="out"),
        claim("Mikhail Mizintsev", "Deputy Minister of Defence", kind="in"),
    )

    first, second = result.resolutions
    assert first.post == second.post is not None
    assert first.person != second.person
    assert first.organization == second.organization is not None
    assert created(result) == [
        OrganizationCreated(name="Russia"),
        PostOpened(
            label="deputy defense minister", organization=first.organization, seats=None, fresh_for=730
        ),
        PersonCreated(name="Dmitry Bulgakov"),
        PersonCreated(name="Mikhail Mizintsev"),
    ]
    assert set(result.expected) == {
        name_stream("organization", "russia"),
        name_stream("post", str(first.organization), post_key("deputy defense minister")),
        name_stream("person", "dmitry bulgakov"),
        name_stream("person", "mikhail mizintsev"),
    }
    assert set(result.expected.values()) == {0}


def test_the_known_are_found_and_nothing_is_created() -> None:
    shoigu = person("Sergei Shoigu", DEFENSE)

    result = resolved(
        claim("SHOIGU, Sergei", "minister of defence", "Russian Federation"),
        persons=[shoigu], organizations=[RUSSIA], posts=[DEFENSE],
    )  # fmt: skip

    assert (result.resolutions[0].person, result.resolutions[0].post) == (shoigu.id, DEFENSE.id)
    assert result.events == ()
    assert result.seats == {DEFENSE.id: 1}


def test_one_label_in_two_countries_is_two_posts() -> None:
    result = resolved(
        claim("Anna Weiss", "finance minister", "France"),
        claim("Igor Petrov", "finance minister", "Russia"),
        organizations=[RUSSIA, FRANCE], posts=[FINANCE_FRANCE, FINANCE_RUSSIA],
    )  # fmt: skip

    assert [r.post for r in result.resolutions] == [FINANCE_FRANCE.id, FINANCE_RUSSIA.id]


def test_two_people_of_one_name_are_told_apart_by_post_then_by_organization() -> None:
    minister = person("Ivan Petrov", DEFENSE)
    other = KnownPerson(id="person-other", names=("Ivan Petrov",), posts=(FINANCE_FRANCE,))
    known = {"persons": [minister, other], "organizations": [RUSSIA, FRANCE], "posts": [DEFENSE]}

    by_post = resolved(claim("Ivan Petrov", "defense minister"), **known)
    by_organization = resolved(claim("Ivan Petrov", "chief of staff"), **known)
    by_nothing = resolved(claim("Ivan Petrov", "chairman", "Olin Corp"), **known)

    assert by_post.resolutions[0].person == minister.id
    assert by_organization.resolutions[0].person == minister.id
    assert by_nothing.resolutions[0].person is None
    assert "ambiguous" in by_nothing.resolutions[0].basis
    assert not any(isinstance(event, PersonCreated) for event in created(by_nothing))


def test_another_spelling_in_the_same_post_is_recorded_and_reserved() -> None:
    shoigu = person("Sergei Shoigu", DEFENSE)
    known = {"persons": [shoigu], "organizations": [RUSSIA], "posts": [DEFENSE]}

    romanized = resolved(claim("Sergey Shoygu", "defense minister"), **known)
    initial = resolved(claim("S. Shoigu", "defense minister"), **known)
    bare = resolved(claim("Shoigu", "defense minister"), **known)

    assert {r.resolutions[0].person for r in (romanized, initial, bare)} == {shoigu.id}
    assert created(romanized) == [PersonNamed(name="Sergey Shoygu")]
    assert set(romanized.expected) == {name_stream("person", "sergey shoygu")}
    assert initial.events == bare.events == (), "others may go by an initial or a family name too"


def test_a_close_name_counts_beside_a_shared_organization_but_a_country_is_too_wide() -> None:
    olin = KnownOrganization(id="organization-olin", name="Olin Corp", fingerprint="olin")
    of_olin = person("John Smith", post(olin, "chairman"))
    of_russia = person("John Smith", DEFENSE)

    company = resolved(claim("John A. Smith", "treasurer", "Olin"), persons=[of_olin], organizations=[olin])
    country = resolved(claim("John A. Smith", "treasurer"), persons=[of_russia], organizations=[RUSSIA])

    assert company.resolutions[0].person == of_olin.id
    assert country.resolutions[0].person is None


def test_a_close_name_without_a_shared_post_is_asked_about() -> None:
    known = person("John Smith", post(FRANCE, "chairman"))

    result = resolved(
        claim("John A. Smith", "defense minister"), persons=[known], organizations=[RUSSIA], posts=[DEFENSE]
    )

    assert result.resolutions[0].person is None
    assert result.events == ()


def test_a_family_name_alone_never_takes_a_post_from_its_namesake() -> None:
    holder = person("Pedro Ruiz", DEFENSE)

    result = resolved(
        claim("Ruiz", "defense minister", kind="in"),
        persons=[holder],
        organizations=[RUSSIA],
        posts=[DEFENSE],
    )

    assert result.resolutions[0].person is None


def test_the_fullest_name_in_the_article_stands_for_the_shorter_ones() -> None:
    result = resolved(
        claim("Mikhail Mizintsev", "deputy defense minister", kind="in"),
        claim("Mizintsev", "general director", "Olin Corp", kind="held"),
        claim("Mikhail Y. Mizintsev", "chairman", "Olin Corp", kind="held"),
    )

    assert len({r.person for r in result.resolutions}) == 1
    assert [event for event in created(result) if isinstance(event, PersonCreated)] == [
        PersonCreated(name="Mikhail Y. Mizintsev")
    ]


def test_a_single_name_makes_a_person_only_on_a_throne() -> None:
    stranger = resolved(claim("Lopez", "defense minister"))
    pope = resolved(claim("Francis", "pope", None))

    assert stranger.resolutions[0].person is None
    assert pope.resolutions[0].person is not None


def test_an_untold_organization_is_taken_from_the_post_the_person_holds() -> None:
    weiss = person("Anna Weiss", FINANCE_FRANCE)

    result = resolved(claim("Anna Weiss", "finance minister", None, kind="out"), persons=[weiss])

    assert result.resolutions[0].post == FINANCE_FRANCE.id
    assert result.resolutions[0].organization == FRANCE.id


def test_an_untold_organization_is_taken_from_the_only_such_post_in_the_article() -> None:
    result = resolved(
        claim("Boris Novak", "finance minister", None, kind="in"),
        claim("Igor Petrov", "finance minister", "Russia", kind="out"),
    )

    assert result.resolutions[0].post == result.resolutions[1].post is not None


def test_an_untold_organization_is_never_guessed() -> None:
    nothing = resolved(claim("Boris Novak", "finance minister", None))
    two = resolved(
        claim("Boris Novak", "finance minister", None),
        claim("Igor Petrov", "finance minister", "Russia"),
        claim("Anna Weiss", "finance minister", "France"),
    )
    both_held = resolved(
        claim("Anna Weiss", "finance minister", None),
        persons=[person("Anna Weiss", FINANCE_FRANCE, FINANCE_RUSSIA)],
    )

    assert nothing.resolutions[0].post is None
    assert nothing.events == (), "nothing can be said of the person, so there is none"
    assert two.resolutions[0].post is None
    assert both_held.resolutions[0].post is None


def test_a_generic_body_is_the_one_of_the_articles_country_where_that_is_known() -> None:
    senate = KnownOrganization(
        id="organization-senate", name="French Senate", fingerprint=organization_fingerprint("French Senate")
    )
    claims = (claim("Anna Weiss", "president", "France"), claim("Luc Petit", "speaker", "the Senate"))

    assert organization_fingerprint("French Senate") in questions(claims).organizations
    known = resolved(*claims, organizations=[FRANCE, senate])
    unknown = resolved(*claims, organizations=[FRANCE])

    assert known.resolutions[1].organization == senate.id
    assert unknown.resolutions[1].organization is None
    assert OrganizationCreated(name="Senate") not in created(unknown)


def test_a_doubtful_claim_brings_nothing_new_into_being() -> None:
    result = resolved(claim("Boris Novak", "finance minister", confidence=0.2))

    assert result.events == ()
    assert result.resolutions[0].person is result.resolutions[0].post is None


def test_without_minting_only_the_known_are_resolved() -> None:
    claims = (claim("Sergei Shoigu", "defense minister"), claim("Boris Novak", "finance minister"))
    known = Known(persons=[person("Sergei Shoigu", DEFENSE)], organizations=[RUSSIA], posts=[DEFENSE])

    result = resolve(claims, known, None)

    assert result.resolutions[0].person is not None
    assert result.resolutions[1].person is None
    assert result.events == ()


def test_what_was_settled_stays_and_creates_nothing() -> None:
    first = resolved(claim("Boris Novak", "finance minister"))
    settled = {first.resolutions[0].claim: first.resolutions[0]}

    again = resolve((claim("Boris Novak", "finance minister"),), Known(), minting(), settled)

    assert again.resolutions == first.resolutions
    assert again.events == ()
