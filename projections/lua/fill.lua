-- Keeps answers that show everything up to a position each, unless the post was touched since, or may have been.
-- KEYS: state, then the answers of a post for each. ARGV: seconds to live, most fields of a post, then for each the
-- post, field, position and value. Gives how many were kept.
local lives, most = ARGV[1], tonumber(ARGV[2])
local state = redis.call('ZMSCORE', KEYS[1], 'cursor', 'floor')
if not state[1] then
    return 0
end
local floor, kept = tonumber(state[2]), 0
for i = 2, #KEYS do
    local post, field, given, value = unpack(ARGV, 4 * i - 5, 4 * i - 2)
    local position = tonumber(given)
    local touched = redis.call('ZSCORE', KEYS[1], 'post ' .. post)
    if position >= floor and not (touched and position < tonumber(touched)) then
        local old = redis.call('HGET', KEYS[i], field)
        if not old or tonumber(string.match(old, '^%d+')) < position then
            if not old and redis.call('HLEN', KEYS[i]) >= most then
                redis.call('DEL', KEYS[i])
            end
            redis.call('HSET', KEYS[i], field, value)
            redis.call('EXPIRE', KEYS[i], lives)
            kept = kept + 1
        end
    end
end
return kept
