-- Complete subtrees of the Merkle tree over the leaves of the log, from level 10 (1,024 events) up: a proof reads a
-- few of these and at most two blocks of leaves, however long the log is.
CREATE TABLE merkle_node (
    level  smallint NOT NULL,  -- the subtree has 2^level events
    number bigint   NOT NULL,  -- from 0, from the left
    hash   bytea    NOT NULL,
    CONSTRAINT merkle_node_pkey PRIMARY KEY (level, number)
);
