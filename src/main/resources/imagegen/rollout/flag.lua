-- The keys of the flag and their values.
--
-- KEYS  1 a hash
-- ARGV  1 run of this server

return redis.call('HGETALL', KEYS[1])
