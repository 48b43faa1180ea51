-- Many people with time to think: each connection asks for one address after the other, with a pause in between.
-- Arguments: file of paths, file of cookies, host. BENCH_PAUSE is the mean pause in seconds.

package.path = (os.getenv("BENCH_LUA") or ".") .. "/?.lua;" .. package.path
local shared = require("shared")

local paths, cookies, host, turn = {}, {}, "", 0
local pause = tonumber(os.getenv("BENCH_PAUSE") or "10")

function init(args)
  paths, cookies, host = shared.lines(args[1]), shared.lines(args[2]), args[3]
  math.randomseed(4711)
end

-- Milliseconds until the next request, as evenly spread arrivals have them: exponential, five times the mean at most.
function delay()
  return math.floor(math.min(-math.log(1 - math.random()), 5) * pause * 1000)
end

function request()
  turn = turn + 1
  local number = turn % #cookies
  return shared.get(paths[math.random(#paths)], host, cookies[number + 1], number, { ["Accept"] = "application/json" })
end

function done(summary, latency)
  shared.report(summary, latency)
end
