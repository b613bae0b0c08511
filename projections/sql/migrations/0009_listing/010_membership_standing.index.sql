-- Lists of the memberships of a standing, in their order.
CREATE INDEX membership_standing_idx ON membership (standing, id);
