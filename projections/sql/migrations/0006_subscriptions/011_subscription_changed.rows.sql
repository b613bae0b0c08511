UPDATE subscription SET changed_position = greatest(created_position, deleted_position);
