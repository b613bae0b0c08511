-- Where the report comes from: the wire credit or the publisher, until it is traced to another.
ALTER TABLE article_version ADD COLUMN origin text;
