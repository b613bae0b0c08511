-- Keeps an answer that shows everything up to a position, unless the post was touched since, or may have been.
-- KEYS: state, answers of the post. ARGV: post, field, position, value, seconds to live, most fields of a post.
local state = redis.call('ZMSCORE', KEYS[1], 'cursor', 'floor', 'post ' .. ARGV[1])
local position = tonumber(ARGV[3])
if not state[1] or position < tonumber(state[2]) or (state[3] and position < tonumber(state[3])) then
    return 0
end
local old = redis.call('HGET', KEYS[2], ARGV[2])
if old then
    if tonumber(string.match(old, '^%d+')) >= position then
        return 0
    end
elseif redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[6]) then
    redis.call('DEL', KEYS[2])
end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[5])
return 1
