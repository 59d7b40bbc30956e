-- What was kept since a node heard last: the id of the last, then all messages.
--
-- KEYS  1 the stream
-- ARGV  1 run of this server  2 the id heard last, or "" for a node that begins

local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local found = { last and last[1] or '0-0' }
if ARGV[2] ~= '' then
  for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '(' .. ARGV[2], '+')) do
    found[#found + 1] = entry[2][2]
  end
end
return found
