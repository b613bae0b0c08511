-- Who held a post on a day, as known at a position: to_position > the position, held_to > the day.
CREATE INDEX membership_post_idx ON membership (post, to_position, held_to);
