-- Does nothing, in its turn.
--
-- ARGV  1 run of this server

return 1
