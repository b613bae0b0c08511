UPDATE article_version SET origin = coalesce(nullif(credit, ''), publisher);
