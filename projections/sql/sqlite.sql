-- The tables of a SQLite export. Days are ISO 8601; of a partial day the earliest and the latest. Ends are half-open.
CREATE TABLE export (position INTEGER NOT NULL);
CREATE TABLE organization (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE publisher (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE post (
    id TEXT PRIMARY KEY,
    label TEXT NOT NULL,
    organization TEXT REFERENCES organization (id),
    seats INTEGER,
    seats_basis TEXT NOT NULL,
    fresh_for INTEGER NOT NULL
);
CREATE INDEX post_organization ON post (organization);
CREATE TABLE membership (
    id INTEGER PRIMARY KEY,
    post TEXT NOT NULL REFERENCES post (id),
    person TEXT NOT NULL REFERENCES person (id),
    capacity TEXT NOT NULL,
    start_earliest TEXT,
    start_latest TEXT,
    start_basis TEXT,
    end_earliest TEXT,
    end_latest TEXT,
    end_basis TEXT,
    reason TEXT,
    standing TEXT NOT NULL,
    checked_by TEXT NOT NULL,
    first_attested TEXT,
    last_attested TEXT,
    succeeds INTEGER REFERENCES membership (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX membership_post ON membership (post, start_earliest);
CREATE INDEX membership_person ON membership (person, start_earliest);
CREATE INDEX membership_succeeds ON membership (succeeds);
CREATE TABLE leave (
    membership INTEGER NOT NULL REFERENCES membership (id),
    start_earliest TEXT,
    start_latest TEXT,
    end_earliest TEXT,
    end_latest TEXT
);
CREATE INDEX leave_membership ON leave (membership);
CREATE TABLE claim (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    person_name TEXT NOT NULL,
    post_label TEXT NOT NULL,
    publisher TEXT REFERENCES publisher (id),
    url TEXT,
    said_on TEXT
);
CREATE INDEX claim_publisher ON claim (publisher);
CREATE TABLE membership_claim (
    membership INTEGER NOT NULL REFERENCES membership (id),
    claim TEXT NOT NULL REFERENCES claim (id),
    PRIMARY KEY (membership, claim)
) WITHOUT ROWID;
CREATE INDEX membership_claim_claim ON membership_claim (claim);
CREATE TABLE person_same_as (entity TEXT NOT NULL REFERENCES person (id), scheme TEXT NOT NULL, identifier TEXT NOT NULL);
CREATE TABLE organization_same_as (entity TEXT NOT NULL REFERENCES organization (id), scheme TEXT NOT NULL, identifier TEXT NOT NULL);
CREATE TABLE post_same_as (entity TEXT NOT NULL REFERENCES post (id), scheme TEXT NOT NULL, identifier TEXT NOT NULL);
CREATE INDEX person_same_as_entity ON person_same_as (entity);
CREATE INDEX organization_same_as_entity ON organization_same_as (entity);
CREATE INDEX post_same_as_entity ON post_same_as (entity);
