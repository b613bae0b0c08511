INSERT INTO post_setting
SELECT id, created_position, 9223372036854775807, seats, seats_basis, fresh_for, declared_complete, '{}', '{}', '{}'
FROM post;
