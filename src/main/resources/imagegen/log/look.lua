-- How far a user's log has come; keeps it for longer, since somebody reads it.
--
-- KEYS  as of append.lua
-- ARGV  1 run of this server  2 time to keep all this, ms

for _, key in ipairs(KEYS) do
  redis.call('PEXPIRE', key, ARGV[2])
end
local known = redis.call('HMGET', KEYS[3], 'run', 'epoch', 'last')
if known[1] ~= ARGV[1] then
  return { '', '0-0' }
end
return { known[2], known[3] or '0-0' }
