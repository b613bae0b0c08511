GRANT SELECT, INSERT, UPDATE, DELETE ON
    cursor, day_turned, publisher, api_key, subscription,
    person, person_name, person_key, organization, organization_name, post, post_token, reserved_name,
    article, article_uri, article_version, claim, claim_resolution, claim_decision,
    membership, membership_claim, due, touch, change
TO incumbent_application;
