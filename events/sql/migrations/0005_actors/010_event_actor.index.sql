-- What somebody did, in order. What followed from it has a cause, and is found by its correlation.
CREATE INDEX event_actor_idx ON event (actor, position) WHERE cause IS NULL;
