-- Whether somebody does, or has done, what a node is asked to do under a key; if not, that node does it.
--
-- KEYS  1 a hash, key -> "kind content by ms": kind D (done, by: the result) or P (under way, by: the node)
-- ARGV  1 run of this server  2 key  3 content  4 node  5 what the nodes' signs of life begin with
--       6 for how long it is remembered, ms  7 most keys
--
-- Returns "OURS", "DONE" and the result, "ELSEWHERE" or "CONFLICT".

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function parts(entry)
  return string.match(entry, '^(%a) (%S+) (%S+) (%d+)$')
end

local function counts(entry)
  local kind, _, by, at = parts(entry)
  if kind == 'P' then
    return redis.call('EXISTS', ARGV[5] .. by) == 1
  end
  return now - at <= tonumber(ARGV[6])
end

local known = redis.call('HGET', KEYS[1], ARGV[2])
if known and counts(known) then
  local kind, content, by = parts(known)
  if content ~= ARGV[3] then
    return { 'CONFLICT' }
  end
  if kind == 'D' then
    return { 'DONE', by }
  end
  return { 'ELSEWHERE' }
end

if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[7]) then
  local oldest, oldest_at
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    local kind, _, _, at = parts(all[i + 1])
    if (kind == 'D' or not counts(all[i + 1])) and (not oldest or tonumber(at) < oldest_at) then
      oldest, oldest_at = all[i], tonumber(at)
    end
  end
  if oldest then
    redis.call('HDEL', KEYS[1], oldest)
  end
end
redis.call('HSET', KEYS[1], ARGV[2], string.format('P %s %s %.0f', ARGV[3], ARGV[4], now))
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return { 'OURS' }
