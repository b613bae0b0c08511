"""Timelines to draw: made by the fold itself from claims, so that they are such as there are."""

from datetime import date, timedelta
from typing import Any

from events.dates import PartialDate
from projections.answering.answers import Drawn, Tenure, TimelineOn
from projections.fold.occupancy import on_day, turning_days
from projections.fold.order import in_order
from projections.fold.presence import Presence
from projections.fold.spans import vacancies
from projections.fold.timeline import timeline
from projections.model import Endpoint, FoldClaim, Leave, Membership, PostSettings, PostSummary
from tests.projections.folding import POST, told

AS_OF = date(2026, 3, 10)
LONG = "Maximiliane-Theodora von und zu Hohenlohe-Schillingsfürst-Wartenberg de la Fontaine-Montmorency y Álvarez"
HOSTILE = '<script>alert(1)</script> & "O\'Brien" ]]> \x00\x07\u202eevil'


def of_claims(
    claims: list[FoldClaim],
    *,
    seats: int | None = 1,
    basis: Any = "editor",
    vacant: tuple[date, ...] = (),
    names: dict[str, str] | None = None,
    label: str = "deputy transport minister",
    organization: str | None = "Norland",
    as_of: date = AS_OF,
) -> TimelineOn:
    settings = PostSettings(post=POST, seats=seats, seats_basis=basis, fresh_for=730, vacancies=vacant)
    return of_memberships(timeline(claims, settings), settings, names, label, organization, as_of)


def of_memberships(
    memberships: tuple[Membership, ...],
    settings: PostSettings,
    names: dict[str, str] | None = None,
    label: str = "deputy transport minister",
    organization: str | None = "Norland",
    as_of: date = AS_OF,
) -> TimelineOn:
    """As `projections.answering.tenures.timeline_on` puts it together from rows."""
    view = on_day(memberships, settings, as_of)
    certainty: dict[tuple[str, Any], Any] = {}
    for kind, shown in (("possible", view.possible), ("certain", view.certain), ("incoming", view.incoming)):
        certainty |= {(each.person, each.start): kind for each in shown}
    post = PostSummary(
        id=POST,
        label=label,
        organization=None,
        organization_name=organization,
        seats=1,
        seats_basis="table",
        fresh_for=730,
    )
    return TimelineOn(
        post=post,
        as_of=as_of,
        at_position=None,
        occupancy=view.occupancy,
        complete=view.complete,
        memberships=tuple(
            Drawn(
                tenure=_tenure(each, post, (names or {}).get(each.person, each.person)),
                certain=Presence(each, settings.fresh_for).certain,
                certainty=certainty.get((each.person, each.start)),
            )
            for each in memberships
        ),
        vacancies=vacancies(memberships, settings, as_of, on_day, turning_days(memberships, settings)),
    )


def _tenure(membership: Membership, post: PostSummary, name: str) -> Tenure:
    same = {field: getattr(membership, field) for field in Tenure.__struct_fields__
            if field not in ("post", "name", "claims", "succeeds")}  # fmt: skip
    return Tenure(post=post, name=name, claims=(), succeeds=None, **same)


def succession(count: int) -> TimelineOn:
    """So many holders, each of whom follows the one before."""
    first, claims, names = date(2026, 3, 1) - timedelta(days=200 * count), [], {}
    for number in range(count):
        person, day = f"person-{number:03}", first + timedelta(days=200 * number)
        names[person] = f"{GIVEN[number % 15]} {FAMILY[number * 7 % 13]}"
        text = day.isoformat()
        claims.append(told("in", person, text, date=text, official=True))
        if number:
            before = f"person-{number - 1:03}"
            claims.append(
                told("out", before, text, date=text, official=True,
                     reason=("resigned", "dismissed", "term_ended")[number % 3])
            )  # fmt: skip
    return of_claims(claims, names=names)


GIVEN = "Ada Boris Carla Dario Edna Felix Greta Hugo Irma Jonas Karin Lukas Mona Nils Olga".split()
FAMILY = "Quill Marlow Teller Varga Osten Brandt Keller Lunde Moreau Norris Falk Stolt Hansen".split()


def every_form() -> TimelineOn:
    """One of each: exact, partial and open dates, acting, disputed, vacant, elected, nominated, to take office."""

    def held(person: str, start: str | None, end: str | None, **more: Any) -> Membership:
        values: dict[str, Any] = {
            "post": POST, "person": person, "capacity": "substantive", "reason": None, "standing": "official",
            "checked_by": "machine", "first_attested": None, "last_attested": None, "incoming": None, "claims": (),
            "start": Endpoint(PartialDate.parse(start), "said") if start else None,
            "end": Endpoint(PartialDate.parse(end), "said") if end else None,
        } | more  # fmt: skip
        return Membership(**values)

    day = date.fromisoformat
    memberships = (
        held("Piet Halloran", None, "[..2009-03-05]", first_attested=day("2006-05-02"),
             last_attested=day("2008-11-20")),
        held("Olga Varen", "2009", "2013-05", reason="resigned", first_attested=day("2010-02-01"),
             last_attested=day("2013-01-04")),
        held("Sunniva Aasen", "[2013-06-01..2013-09-15]", "2016-02-01", reason="term_ended",
             standing="corroborated", first_attested=day("2013-10-01"), last_attested=day("2016-01-31")),
        held("Jorun Vik", "2016-02-01", "2016-11-11", capacity="acting", first_attested=day("2016-02-01"),
             last_attested=day("2016-11-10")),
        held("Silje Moe", "2016-11-11", "2019-06-30", reason="died", first_attested=day("2016-11-11"),
             last_attested=day("2019-06-29")),
        held("Gro Lie", "2020-03-01", None, standing="disputed", first_attested=day("2020-03-01"),
             last_attested=day("2020-05-01")),
        held("Aud Berg", "2020-09-01", "2023-01-15", standing="single_source", reason="dismissed",
             first_attested=day("2020-09-01"), last_attested=day("2023-01-14"),
             on_leave=(Leave(PartialDate.parse("2021-05"), PartialDate.parse("2021-09")),)),
        held("Edda Lunde", "2023-01-15", None, first_attested=day("2023-01-15"), last_attested=day("2026-02-20")),
        held("Hugo Keller", "2026-06-01", None, announced=day("2026-02-20")),
        held("Mona Stolt", None, None, incoming="nominated", announced=day("2025-11-03"),
             first_attested=day("2025-11-03"), last_attested=day("2025-11-03")),
    )  # fmt: skip
    settings = PostSettings(
        post=POST, seats=1, seats_basis="table", fresh_for=730, vacancies=(date(2019, 6, 30),)
    )
    return of_memberships(in_order(memberships), settings)


def hostile() -> TimelineOn:
    """Names that are long, foreign, or meant to break out."""
    claims, names = [], {}
    for number, name in enumerate(
        (
            LONG,
            HOSTILE,
            "عبد الرحمن بن محمد الفاسي",
            "習近平與非常長的名字以及更多的漢字以及更多的漢字",
            "W" * 90,
            "A. B.",
            "नरेन्द्र मोदी",
        )
    ):
        person, year = f"person-{number}", 2000 + number * 3
        names[person] = name
        claims.append(told("in", person, f"{year}-01-01", date=f"{year}-01", official=True))
        claims.append(told("out", person, f"{year + 3}-01-01", date=f"{year + 3}", official=True))
    return of_claims(
        claims, names=names, label="minister of " + "state for " * 12 + HOSTILE, organization=LONG
    )


def nobody() -> TimelineOn:
    return of_claims([])


SAMPLES = {
    "nobody": nobody,
    "one": lambda: succession(1),
    "twenty": lambda: succession(20),
    "two hundred": lambda: succession(200),
    "every form": every_form,
    "hostile": hostile,
}
