// Upgrades <time datetime data-relative> to "3 minutes ago"; the full date stays as its title.
// Both are in the zone of the reader's profile, as the page itself is: the server leaves its name in a cookie.

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const language = document.documentElement.lang || "en";
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const [full, mark] = formatOf(/(?:^|; )time_zone="?([^;"]+)/.exec(document.cookie)?.[1] ?? "UTC");

function formatOf(zone) {
  const style = { dateStyle: "long", timeStyle: "short", timeZone: zone };
  try {
    return [new Intl.DateTimeFormat(language, style), style.timeZone === "UTC" ? " UTC" : ""];
  } catch {
    // A zone this browser does not know.
    return [new Intl.DateTimeFormat(language, { ...style, timeZone: "UTC" }), " UTC"];
  }
}

function describe(seconds) {
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return unit === "second" ? relative.format(0, "second") : relative.format(Math.trunc(seconds / length), unit);
}

function update(scope) {
  for (const element of scope.querySelectorAll("time[data-relative]")) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.valueOf())) continue;
    element.title = full.format(moment) + mark;
    element.textContent = describe((moment - Date.now()) / 1000);
  }
}

update(document);
setInterval(() => update(document), 60_000);
document.addEventListener("htmx:load", (event) => update(event.detail.elt));
