INSERT INTO cursor (name, position) VALUES ('projector', 0);
