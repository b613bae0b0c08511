-- What a follower, such as the cache, has to look at anew.
CREATE INDEX touch_position_idx ON touch (position);
