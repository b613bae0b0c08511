GRANT EXECUTE ON FUNCTION merkle_node_add, checkpoint_add TO incumbent_application;
