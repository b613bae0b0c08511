-- The few who only act, in the order of lists.
CREATE INDEX membership_acting_idx ON membership (id) WHERE capacity = 'acting';
