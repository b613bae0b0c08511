REVOKE EXECUTE ON FUNCTION merkle_node_add, checkpoint_add FROM PUBLIC;
