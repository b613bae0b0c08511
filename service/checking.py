"""A draft is read and held against the views; nothing is appended, and nothing kept unless it is asked for."""

import hashlib
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import msgspec

from events.catalogue import to_builtin
from events.extraction import Reader, has_failed
from events.queries import queries
from events.reading.article import derive
from events.register import Register
from projections.answering.checks import Finding, findings
from service.signing import Signer, Tampered

MAX_DRAFT = 100_000  # characters
RECEIPT = "receipt"  # what its tokens are signed for

_SQL = queries(Path(__file__).parent / "sql" / "checking.sql")


class DraftUnreadable(Exception):
    """The extractor could not read the draft in the time that it has."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a check rested on: enough to make it again. Holds no word of the draft."""

    position: int
    as_of: date
    published: date
    extractor: str
    text: bytes  # digest of the draft
    answer: bytes  # digest of the findings
    checked_at: datetime
    kept: bool = False  # draft and answer were to be kept


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of each role that a draft states, in the order of the text.

    `receipt` stands for it: GET /v1/checks/{receipt} says what it rested on, and POST /v1/checks with it makes the
    same check again. `as_before` says of a check made again whether it found the very same; None: it is the first.
    """

    receipt: str
    as_of: date
    at_position: int
    extractor: str
    language: str | None
    supported: int
    outdated: int
    contradicted: int
    unknown: int
    findings: tuple[Finding, ...]
    as_before: bool | None = None
    notes: tuple[str, ...] = ()


class KeptCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt read again. `check` and `draft` only where they were to be kept."""

    receipt: str
    as_of: date
    at_position: int
    published: date
    extractor: str
    checked_at: datetime
    check: msgspec.Raw | None = None
    draft: str | None = None


class Checks:
    """Checks drafts. One per process; safe for any number of tasks."""

    def __init__(self, pool: asyncpg.Pool, register: Register, reader: Reader, signer: Signer) -> None:
        self._pool, self._register, self._reader, self._signer = pool, register, reader, signer

    async def check(
        self,
        draft: str,
        *,
        as_of: date,
        published: date,
        at_position: int,
        keep_for: str | None = None,
        before: Receipt | None = None,
    ) -> Check:
        """The draft against what was known at a position of a day. `published` is the day that "Monday" counts from.

        `keep_for` is the key for which draft and answer are kept, `before` the receipt of the check to make again.
        Raises DraftUnreadable.
        """
        article = derive(draft, title=None, published=str(published))
        read = await self._reader.read("draft", 1, article)
        if has_failed(read):
            raise DraftUnreadable
        found = await findings(self._pool, self._register, read.claims, as_of, at_position)
        digest = _digest(_encode(found))
        receipt = Receipt(
            position=at_position,
            as_of=as_of,
            published=published,
            extractor=read.extractor,
            text=_digest(draft.encode()),
            answer=digest,
            checked_at=datetime.now(UTC),
            kept=keep_for is not None,
        )
        counts = Counter(each.verdict for each in found)
        check = Check(
            receipt=self._signer.sign(msgspec.msgpack.encode(receipt)),
            as_of=as_of,
            at_position=at_position,
            extractor=read.extractor,
            language=article.language,
            supported=counts["supported"],
            outdated=counts["outdated"],
            contradicted=counts["contradicted"],
            unknown=counts["unknown"],
            findings=found,
            as_before=None if before is None else before.answer == digest,
            notes=_notes(article.language, before, read.extractor, digest),
        )
        if keep_for is not None:
            await self._pool.execute(
                _SQL["keep"], _digest(check.receipt.encode()), keep_for, draft.encode(), _encode(check)
            )
        return check

    def receipt(self, token: str) -> Receipt:
        """What a receipt says. Raises Tampered."""
        try:
            return _receipts.decode(self._signer.opened(token))
        except msgspec.DecodeError:
            raise Tampered from None

    async def read_again(self, token: str, key: str) -> KeptCheck:
        """What a receipt rested on, and what was kept for this key. Raises Tampered."""
        receipt = self.receipt(token)
        row = await self._pool.fetchrow(_SQL["kept"], _digest(token.encode()), key) if receipt.kept else None
        return KeptCheck(
            receipt=token,
            as_of=receipt.as_of,
            at_position=receipt.position,
            published=receipt.published,
            extractor=receipt.extractor,
            checked_at=receipt.checked_at,
            check=msgspec.Raw(row["answer"]) if row else None,
            draft=row["draft"].decode() if row else None,
        )

    async def forget(self, token: str, key: str) -> None:
        """Deletes what was kept for this key, if anything was. Raises Tampered."""
        self.receipt(token)
        await self._pool.execute(_SQL["forget"], _digest(token.encode()), key)


_receipts = msgspec.msgpack.Decoder(Receipt)
_encode = msgspec.json.Encoder(enc_hook=to_builtin).encode


def is_of(receipt: Receipt, draft: str) -> bool:
    """Whether the receipt was given for this very text."""
    return receipt.text == _digest(draft.encode())


def _notes(language: str | None, before: Receipt | None, extractor: str, digest: bytes) -> tuple[str, ...]:
    notes = []
    if language is not None and language.partition("-")[0] not in ("en", "und"):
        notes.append(f"The draft is in another language than English ({language}): it was not read.")
    if before is not None and before.answer != digest:
        if before.extractor != extractor:
            notes.append(f"Drafts were read by {before.extractor} then, and are read by {extractor} now.")
        else:
            notes.append("Names were learned or words redacted since: the answer is not the very same.")
    return tuple(notes)


def _digest(body: bytes) -> bytes:
    """128 bits of the SHA-256: a receipt is pasted by people, and signed."""
    return hashlib.sha256(body).digest()[:16]
