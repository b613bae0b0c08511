UPDATE article_version SET sealed_until = embargoed::timestamptz WHERE embargoed IS NOT NULL;
