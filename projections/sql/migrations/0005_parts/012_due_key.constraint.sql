ALTER TABLE due DROP CONSTRAINT due_pkey, ADD CONSTRAINT due_pkey PRIMARY KEY (day, post, person);
