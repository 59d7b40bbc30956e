-- Reads a user's log, or what came after a place of it.
--
-- KEYS  as of append.lua
-- ARGV  1 run of this server  2 epoch to begin where another run wrote, or nobody  3 time to keep all this, ms
--       4 epoch of the reader, or ""  5 place after which it reads on, if the epoch is still the same
--
-- Returns epoch, last, ended, forgotten, the server's time in ms, entries, and, unless the reader could go on from its
-- place, the hash of the requests; else nothing for it.

local known = redis.call('HMGET', KEYS[3], 'run', 'epoch', 'last', 'ended', 'forgotten')
local epoch = known[2]
if known[1] ~= ARGV[1] then
  epoch = ARGV[2]
  redis.call('HSET', KEYS[3], 'run', ARGV[1], 'epoch', epoch)
end
for _, key in ipairs(KEYS) do
  redis.call('PEXPIRE', key, ARGV[3])
end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local from, requests = '(' .. ARGV[5], false
if epoch ~= ARGV[4] then
  from, requests = '-', redis.call('HGETALL', KEYS[2])
end
return {
  epoch, known[3] or '0-0', known[4] or '0-0', known[5] or '0-0', now, redis.call('XRANGE', KEYS[1], from, '+'), requests
}
