-- POST the sign-in form as people in turn. Arguments: file of bodies, file with the CSRF cookie, host.

package.path = (os.getenv("BENCH_LUA") or ".") .. "/?.lua;" .. package.path
local shared = require("shared")

local bodies, cookie, host, turn = {}, "", "", 0

function init(args)
  bodies, cookie, host = shared.lines(args[1]), shared.lines(args[2])[1], args[3]
  turn = os.time() % 100000 * 37
end

function request()
  turn = turn + 1
  return wrk.format("POST", "/accounts/login/", {
    ["Host"] = host,
    ["Cookie"] = cookie,
    ["Referer"] = "https://" .. host .. "/accounts/login/",
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["X-Forwarded-Proto"] = "https",
    ["X-Forwarded-For"] = shared.address(turn),
  }, bodies[turn % #bodies + 1])
end

function done(summary, latency)
  shared.report(summary, latency)
end
