-- Takes leases that nobody who lives holds, keeps or gives up those of this node, and tells how they stand.
--
-- KEYS  1 this node's sign of life  2... the leases, each a hash: holder, note, place
-- ARGV  1 run of this server  2 what the signs of life begin with  3 for how long this node lives on, ms
--       4 for how long a lease is remembered, ms  5 channel
--       6 as what this node lived before Redis was out of its reach, or ""
--       then for each lease: claim, "node:number"; "take", "keep" or "leave"; note; place, or ""
--
-- Returns whether this node had a sign of life before ("1" or "0"), then for each lease its holder, note and place.

local lived = redis.call('SET', KEYS[1], '1', 'PX', ARGV[3], 'GET')
if ARGV[6] ~= '' then
  redis.call('DEL', ARGV[2] .. ARGV[6])
end
local found = { lived and '1' or '0' }
for i = 2, #KEYS do
  local lease = KEYS[i]
  local claim, wish, note, place = unpack(ARGV, 4 * i - 1, 4 * i + 2)
  local known = redis.call('HMGET', lease, 'holder', 'note', 'place')
  local holder, its_note, its_place = known[1] or '', known[2] or '', known[3] or ''
  local had = holder == claim
  if redis.call('EXISTS', ARGV[2] .. string.match(holder, '^[^:]*')) == 0 then
    holder = ''
  end
  if had and place ~= '' then
    redis.call('HSET', lease, 'place', place)
    redis.call('PEXPIRE', lease, ARGV[4])
    its_place = place
  end
  if wish == 'take' and (had or holder == '') then
    redis.call('HSET', lease, 'holder', claim, 'note', note)
    redis.call('PEXPIRE', lease, ARGV[4])
    holder, its_note = claim, note
  elseif wish == 'leave' and had then
    redis.call('HDEL', lease, 'holder', 'note')
    redis.call('PUBLISH', ARGV[5], lease)
    holder, its_note = '', ''
  end
  found[#found + 1] = holder
  found[#found + 1] = its_note
  found[#found + 1] = its_place
end
return found
