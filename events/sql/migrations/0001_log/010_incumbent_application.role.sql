-- What the service may do is granted to this group role; the login role in DATABASE_URL is a member of it.
-- Roles belong to the whole cluster, so another database's migration may have made it a moment ago.
DO $$
BEGIN
    CREATE ROLE incumbent_application NOLOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
