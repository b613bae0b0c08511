-- How many send to one URL.
CREATE INDEX subscription_url_idx ON subscription USING hash (url);
