GRANT SELECT ON merkle_node, checkpoint TO incumbent_application;
