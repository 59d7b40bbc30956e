-- Tells how many a node has, and answers how many all other nodes have that live.
--
-- KEYS  1 a hash, node -> count
-- ARGV  1 run of this server  2 node  3 what the nodes' signs of life begin with  4 its count
--       5 for how long it is remembered, ms

if ARGV[4] == '0' then
  redis.call('HDEL', KEYS[1], ARGV[2])
else
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[4])
end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
local others = 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if all[i] ~= ARGV[2] then
    if redis.call('EXISTS', ARGV[3] .. all[i]) == 1 then
      others = others + tonumber(all[i + 1])
    else
      redis.call('HDEL', KEYS[1], all[i])
    end
  end
end
return others
