-- GET an address with the ETag of its last answer, as people in turn. Arguments: file of paths, file of lines with a
-- cookie, a tab and an ETag, host.

package.path = (os.getenv("BENCH_LUA") or ".") .. "/?.lua;" .. package.path
local shared = require("shared")

local requests, turn = {}, 0

function init(args)
  local path = shared.lines(args[1])[1]
  for number, line in ipairs(shared.lines(args[2])) do
    local cookie, etag = line:match("^(.-)\t(.+)$")
    local known = { ["Accept"] = "application/json", ["If-None-Match"] = etag }
    requests[number] = shared.get(path, args[3], cookie, number, known)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  shared.report(summary, latency)
end
