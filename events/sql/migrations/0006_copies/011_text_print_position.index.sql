-- The fingerprints of a text that goes.
CREATE INDEX text_print_position_idx ON text_print (position);
