-- Which articles an answer was for.
CREATE TABLE extraction_use (
    article text  NOT NULL,
    answer  bytea NOT NULL,
    CONSTRAINT extraction_use_pkey PRIMARY KEY (article, answer),
    CONSTRAINT extraction_use_answer_fkey FOREIGN KEY (answer) REFERENCES extraction_answer (id) ON DELETE CASCADE
);
