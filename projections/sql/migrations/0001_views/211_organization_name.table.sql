-- Every spelling of an organization, the first one included.
CREATE TABLE organization_name (
    organization text   NOT NULL,
    position     bigint NOT NULL,  -- of the event that gave it
    name         text   NOT NULL,
    fingerprint  text   NOT NULL,
    CONSTRAINT organization_name_pkey PRIMARY KEY (organization, position)
);
