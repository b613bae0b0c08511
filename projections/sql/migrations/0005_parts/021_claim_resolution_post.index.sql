DROP INDEX claim_resolution_post_idx;
