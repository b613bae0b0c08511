-- The cached answers, each a string or false. KEYS: state, then the answers of a post for each. ARGV: for each the
-- field and the least position to be covered.
-- One script, so that the cursor and the values are of one moment: the values then hold at the cursor.
local state = redis.call('ZMSCORE', KEYS[1], 'cursor', 'epoch', 'day')
local found = {}
for i = 2, #KEYS do
    local field, least = ARGV[2 * i - 3], ARGV[2 * i - 2]
    local value = false
    if state[1] and tonumber(state[1]) >= tonumber(least) then
        value = redis.call('HGET', KEYS[i], field)
    end
    if value then
        local position = tonumber(string.match(value, '^%d+'))
        -- The field of the default day holds until another day turns.
        if position < tonumber(state[2]) or (field == '' and position < tonumber(state[3])) then
            value = false
        end
    end
    found[i - 1] = value
end
return found
