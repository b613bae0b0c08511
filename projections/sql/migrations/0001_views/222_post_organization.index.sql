CREATE INDEX post_organization_idx ON post (organization);
