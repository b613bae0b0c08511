-- Moves the cursor and drops the answers of the posts touched on the way; gives where the cursor stands then.
-- KEYS: state. ARGV: from, to, position of the last day turned, prefix of the answers' keys, most posts to remember,
-- milliseconds for which the state lives without a follower, 1 to begin anew, then post and position in turn.
--
-- The state is one sorted set, so that it is there whole or not at all:
--   cursor      every answer that is kept holds at this position
--   epoch       answers older than this do not count: the state was lost in between
--   floor       what happened to posts after this is remembered; a fill from before it is refused
--   day         where the last day turned
--   post ID     where the post was last touched, if that is after the floor
if ARGV[7] == '1' then
    redis.call('DEL', KEYS[1])
end
local cursor = redis.call('ZSCORE', KEYS[1], 'cursor')
local from, to = tonumber(ARGV[1]), tonumber(ARGV[2])
if not cursor then
    redis.call('ZADD', KEYS[1], to, 'cursor', to, 'epoch', to, 'floor', ARGV[3], 'day')
elseif tonumber(cursor) < from then
    return tonumber(cursor)
elseif tonumber(cursor) < to then
    for i = 8, #ARGV, 2 do
        redis.call('ZADD', KEYS[1], 'GT', ARGV[i + 1], 'post ' .. ARGV[i])
        redis.call('DEL', ARGV[4] .. ARGV[i])
    end
    local floor = tonumber(redis.call('ZSCORE', KEYS[1], 'floor'))
    local epoch = redis.call('ZSCORE', KEYS[1], 'epoch')
    local spare = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[5])
    if spare > 0 then
        local oldest = redis.call('ZRANGE', KEYS[1], spare - 1, spare - 1, 'WITHSCORES')
        floor = math.max(floor, tonumber(oldest[2]))
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', floor)
    end
    redis.call('ZADD', KEYS[1], to, 'cursor', epoch, 'epoch', floor, 'floor', ARGV[3], 'day')
end
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return tonumber(redis.call('ZSCORE', KEYS[1], 'cursor'))
