-- Appends an update to a user's log, as one step.
--
-- KEYS  1 the log, a stream: one entry for each request, its latest update
--       2 a hash, request -> "kind place size ended"; kind P (not ended) or T (ended); p or t once the entry was dropped
--       3 a hash: epoch, run, last, ended, forgotten, bytes
--       4 the requests of kind P, 5 of kind p, 6 of kind t: by the time of their place
--       7 a lease that the writer must have, if any
-- ARGV  1 run of this server  2 epoch to begin where another run wrote, or nobody  3 request  4 "T" or "P"  5 JSON
--       6 "1": only if nothing is known of the request, "2": only if it is not known to have ended  7 most entries  8 most bytes  9 most age, ms
--       10 time to keep all this, ms  11 channel  12 the new place is to be after this one
--       13 the writer's claim to the lease, if any
--
-- A place is the id of an entry, "ms-n". Numbers have 53 bits here, so the two halves are compared one by one.

local OVERHEAD, MAX_DROPPED = 256, 1024
local log, requests, meta, open, unfinished, ended_before = unpack(KEYS)
local id, kind, json = ARGV[3], ARGV[4], ARGV[5]

if KEYS[7] and redis.call('HGET', KEYS[7], 'holder') ~= ARGV[13] then
  return { 'FENCED' }
end

local function place(text)
  local ms, n = string.match(text or '0-0', '^(%d+)-(%d+)$')
  return { ms = tonumber(ms), n = tonumber(n) }
end

local function after(a, b)
  return a.ms > b.ms or a.ms == b.ms and a.n > b.n
end

local function text(p)
  return string.format('%.0f-%.0f', p.ms, p.n)
end

local known = redis.call('HMGET', meta, 'run', 'epoch', 'last', 'ended', 'forgotten', 'bytes')
local epoch = known[2]
if known[1] ~= ARGV[1] then
  epoch = ARGV[2]
end
local last = place(known[3])
local ended = place(known[4])
local forgotten = known[5] or '0-0'
local bytes = tonumber(known[6] or 0)

local first_end = '0-0'
local was = redis.call('HGET', requests, id)
if was then
  local its_kind, its_place, its_size = string.match(was, '^(%a) (%S+) (%d+)')
  if its_kind == 'P' or its_kind == 'T' then
    local entry = redis.call('XRANGE', log, its_place, its_place)[1]
    if entry and entry[2][6] == json then
      return { 'REPEATED' }
    end
    if its_kind == 'T' or ARGV[6] == '1' then
      return { 'LATE' }
    end
    redis.call('XDEL', log, its_place)
    redis.call('ZREM', open, id)
    bytes = bytes - its_size
  else
    if ARGV[6] == '1' or its_kind == 't' and (kind == 'P' or ARGV[6] == '2') then
      return { 'LATE' }
    end
    if its_kind == 't' then
      first_end = string.match(was, '(%S+)$')
    end
    redis.call('ZREM', its_kind == 'p' and unfinished or ended_before, id)
  end
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local previous = last
local at = { ms = now, n = 0 }
for _, taken in ipairs({ last, place(ARGV[12]) }) do
  if not after(at, taken) then
    at = { ms = taken.ms, n = taken.n + 1 }
  end
end
last = at
redis.call('XADD', log, text(at), 'r', id, 'k', kind, 'j', json, 'e', first_end)
local size = #json + OVERHEAD
redis.call('HSET', requests, id, kind .. ' ' .. text(at) .. ' ' .. size .. ' ' .. first_end)
bytes = bytes + size
if kind == 'P' then
  redis.call('ZADD', open, at.ms, id)
end

local function remember(set, request, its_place)
  redis.call('ZADD', set, place(its_place).ms, request)
  if redis.call('ZCARD', set) <= MAX_DROPPED then
    return false
  end
  redis.call('HDEL', requests, redis.call('ZPOPMIN', set)[1])
  return true
end

local function drop(entry)
  local its_place, request, its_kind, its_end = entry[1], entry[2][2], entry[2][4], entry[2][8]
  redis.call('XDEL', log, its_place)
  bytes = bytes - #entry[2][6] - OVERHEAD
  if its_kind == 'T' then
    local p = place(its_place)
    if after(p, ended) then
      ended = p
    end
    if its_end == '0-0' then
      its_end = its_place
    end
    redis.call('HSET', requests, request, 't ' .. its_place .. ' 0 ' .. its_end)
    remember(ended_before, request, its_place)
  else
    redis.call('ZREM', open, request)
    redis.call('HSET', requests, request, 'p ' .. its_place .. ' 0 0-0')
    if remember(unfinished, request, its_place) then
      -- Nobody will ask for it any more: whoever comes back from before this is told of a gap
      last = { ms = last.ms, n = last.n + 1 }
      forgotten = text(last)
    end
  end
end

-- Progress is renewed by the next update of its request, a terminal update is not: progress goes first
local function least_missed()
  local first = redis.call('ZRANGE', open, 0, 0)[1]
  if first and first ~= id then
    local its_place = string.match(redis.call('HGET', requests, first), '^%a (%S+)')
    return redis.call('XRANGE', log, its_place, its_place)[1]
  end
  return redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
end

local entries = redis.call('XLEN', log)
while entries > 1 do
  local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  if now - place(oldest[1]).ms <= tonumber(ARGV[9]) then
    break
  end
  drop(oldest)
  entries = entries - 1
end
while entries > 1 and (entries > tonumber(ARGV[7]) or bytes > tonumber(ARGV[8])) do
  drop(least_missed())
  entries = entries - 1
end

redis.call('HSET', meta, 'run', ARGV[1], 'epoch', epoch, 'last', text(last), 'ended', text(ended),
  'forgotten', forgotten, 'bytes', bytes)
for i = 1, 6 do
  redis.call('PEXPIRE', KEYS[i], ARGV[10])
end
local told = table.concat({ epoch, text(previous), text(at), kind, first_end, id }, ' ')
redis.call('PUBLISH', ARGV[11], told .. '\n' .. json)
return { 'APPENDED', told }
