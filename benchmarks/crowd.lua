-- Many people with time to think: each connection asks for one address after the other, with a pause in between.
-- Arguments: file of paths, file of lines with a cookie, a tab and the ETag of that person's last poll, host.
-- BENCH_PAUSE is the mean pause in seconds.

package.path = (os.getenv("BENCH_LUA") or ".") .. "/?.lua;" .. package.path
local shared = require("shared")

local POLLED = "/api/v1/updates"
local paths, people, host, turn = {}, {}, "", 0
local pause = tonumber(os.getenv("BENCH_PAUSE") or "10")

function init(args)
  paths, host = shared.lines(args[1]), args[3]
  for number, line in ipairs(shared.lines(args[2])) do
    local cookie, etag = line:match("^(.-)\t(.+)$")
    people[number] = { cookie = cookie, etag = etag }
  end
  math.randomseed(4711)
end

-- Milliseconds until the next request, as evenly spread arrivals have them: exponential, five times the mean at most.
function delay()
  return math.floor(math.min(-math.log(1 - math.random()), 5) * pause * 1000)
end

function request()
  turn = turn + 1
  local number = turn % #people
  local person, path = people[number + 1], paths[math.random(#paths)]
  local headers = { ["Accept"] = "application/json" }
  if path == POLLED then headers["If-None-Match"] = person.etag end
  return shared.get(path, host, person.cookie, number, headers)
end

function done(summary, latency)
  shared.report(summary, latency)
end
