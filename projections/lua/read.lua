-- The cached answer, or nothing. KEYS: state, answers of the post. ARGV: field, least position to be covered.
-- One script, so that the cursor and the value are of one moment: the value then holds at the cursor.
local state = redis.call('ZMSCORE', KEYS[1], 'cursor', 'epoch', 'day')
if not state[1] or tonumber(state[1]) < tonumber(ARGV[2]) then
    return false
end
local value = redis.call('HGET', KEYS[2], ARGV[1])
if not value then
    return false
end
local position = tonumber(string.match(value, '^%d+'))
if position < tonumber(state[2]) then
    return false
end
-- The field of the default day holds until another day turns.
if ARGV[1] == '' and position < tonumber(state[3]) then
    return false
end
return value
