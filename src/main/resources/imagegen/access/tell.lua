-- Tells all nodes what became of a session.
--
-- KEYS  1 a stream of what is kept for nodes that can't hear now
-- ARGV  1 run of this server  2 channel  3 message  4 "1" to keep it

local id = '-'
if ARGV[4] == '1' then
  id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', 10000, '*', 'm', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], 3600000)
end
redis.call('PUBLISH', ARGV[2], id .. ' ' .. ARGV[3])
return id
