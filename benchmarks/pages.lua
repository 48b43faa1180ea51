-- GET a list of addresses in turn, as people in turn. Arguments: file of paths, file of cookies, host.

package.path = (os.getenv("BENCH_LUA") or ".") .. "/?.lua;" .. package.path
local shared = require("shared")

local requests, turn = {}, 0

function init(args)
  local paths, cookies = shared.lines(args[1]), shared.lines(args[2])
  local count = math.max(#paths, #cookies)
  if #paths % #cookies == 0 or #cookies % #paths == 0 then count = math.min(#paths * #cookies, 2000) end
  for number = 0, count - 1 do
    -- Both wheels turn at their own speed, so that everybody gets to see everything.
    local path = paths[number % #paths + 1]
    local cookie = cookies[(number + math.floor(number / #paths)) % #cookies + 1]
    local accept = { ["Accept"] = "text/html, application/json;q=0.9, */*;q=0.8" }
    requests[#requests + 1] = shared.get(path, args[3], cookie, number, accept)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  shared.report(summary, latency)
end
