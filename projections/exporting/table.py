"""CSV: one row a membership, ends half-open, days in EDTF. `incumbent import csv` reads it back."""

import csv
import io

from projections.exporting.snapshot import Snapshot, predecessors

COLUMNS = (
    "id", "person", "person_id", "post", "post_id", "organization", "organization_id", "capacity", "on_leave",
    "start", "start_basis", "end", "end_basis", "reason", "standing", "checked_by", "url", "first_attested",
    "last_attested", "succeeds",
)  # fmt: skip


def table(view: Snapshot) -> bytes:
    """The file, in UTF-8. A leave is a row of its own, with on_leave true."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(COLUMNS)
    persons = {each.id: each.name for each in view.persons}
    organizations = {each.id: each.name for each in view.organizations}
    posts = {each.id: each for each in view.posts}
    before = predecessors(view.memberships)
    for each in view.memberships:
        post = posts[each.post]
        held = (
            *(persons[each.person], each.person, post.label, post.id),
            *(organizations.get(post.organization or "", ""), post.organization or "", each.capacity),
        )
        url = next((claim.url for claim in each.claims if claim.url), "")
        known = (
            *(each.reason or "", each.standing, each.checked_by, url),
            *(
                each.first_attested or "",
                each.last_attested or "",
                before[each.id].id if each.id in before else "",
            ),
        )
        writer.writerow(
            (
                *(each.id, *held, "false", each.start or "", each.start_basis or ""),
                *(each.end or "", each.end_basis or "", *known),
            )
        )
        for number, leave in enumerate(each.on_leave, start=1):
            days = (leave.start or "", "", leave.end or "", "")
            writer.writerow((f"{each.id}/leave/{number}", *held, "true", *days, *known))
    return output.getvalue().encode()
