-- Holdings that are ended by one word and standing by another speak for days behind their end.
CREATE INDEX membership_disputed_idx ON membership (post, to_position) WHERE standing = 'disputed';
