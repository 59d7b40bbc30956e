-- How that ended which a node did under a key; nothing, if another node does it by now.
--
-- KEYS  1 as of begin.lua
-- ARGV  1 run of this server  2 key  3 content  4 node  5 the result, or "" where it failed
--       6 for how long it is remembered, ms

local known = redis.call('HGET', KEYS[1], ARGV[2])
if known and string.sub(known, 1, 3 + #ARGV[3] + #ARGV[4]) ~= 'P ' .. ARGV[3] .. ' ' .. ARGV[4] then
  return 0
end
if ARGV[5] == '' then
  redis.call('HDEL', KEYS[1], ARGV[2])
else
  local time = redis.call('TIME')
  redis.call('HSET', KEYS[1], ARGV[2], string.format('D %s %s %.0f', ARGV[3], ARGV[5],
    time[1] * 1000 + math.floor(time[2] / 1000)))
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
end
return 1
