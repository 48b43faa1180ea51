-- What the scripts for wrk have in common: reading lists, and one line of JSON at the end.

local shared = {}

function shared.lines(path)
  local found = {}
  for line in io.lines(path) do
    if line ~= "" then found[#found + 1] = line end
  end
  return found
end

-- Every client has an address of its own, as behind a proxy; rate limits count per address.
function shared.address(number)
  return string.format("10.%d.%d.%d", number / 65536 % 256, number / 256 % 256, number % 256)
end

-- A request as it comes from the proxy, by client number `number`, with some headers more.
function shared.get(path, host, cookie, number, headers)
  headers["Host"] = host
  headers["Cookie"] = cookie
  headers["X-Forwarded-Proto"] = "https"
  headers["X-Forwarded-For"] = shared.address(number)
  return wrk.format("GET", path, headers)
end

function shared.report(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "microseconds": %d, "bytes": %d, "p50": %.1f, "p95": %.1f, "p99": %.1f, '
      .. '"bad_status": %d, "broken": %d, "timeouts": %d}\n',
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(95), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end

return shared
