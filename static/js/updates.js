// Asks every few seconds whether anything is new, and tells the page: "updates:notifications", "updates:messages",
// "updates:activity" and "updates:reads" are sent to the document, with the new and the former value, when that value
// changes. htmx hears them by hx-trigger="updates:activity from:document"; a module by addEventListener.
//
// An unchanged answer is a 304 that costs the server next to nothing. A hidden page asks seldom, one that is looked at
// again asks at once, and errors make it wait longer each time.

const ADDRESS = "/api/v1/updates";
const SEEN = 5_000;
const HIDDEN = 60_000;
const LONGEST = 300_000;
const MARKS = ["notifications", "messages"];
const FIELDS = {
  notifications: "unread_notifications",
  messages: "unread_messages",
  activity: "latest_activity_id",
  reads: "read_mark",
};

let etag = "";
let known = null;
let failures = 0;
let timer = 0;
let asking = false;

function wait() {
  const usual = document.hidden ? HIDDEN : SEEN;
  const delay = failures ? Math.min(usual * 2 ** failures, LONGEST) : usual;
  // A little more or less, so that a thousand pages do not ask in the same instant.
  return delay * (0.9 + Math.random() * 0.2);
}

function plan() {
  clearTimeout(timer);
  timer = setTimeout(ask, wait());
}

async function ask() {
  if (asking) return;
  asking = true;
  try {
    const response = await fetch(ADDRESS, {
      headers: etag ? { "If-None-Match": etag, Accept: "application/json" } : { Accept: "application/json" },
      cache: "no-store",
      credentials: "same-origin",
    });
    if (response.status === 401 || response.status === 403) return; // Signed out: this page has nothing to ask for.
    if (response.status !== 304) {
      if (!response.ok) throw new Error(String(response.status));
      etag = response.headers.get("ETag") ?? "";
      tell(await response.json());
    }
    failures = 0;
    plan();
  } catch {
    failures += 1;
    plan();
  } finally {
    asking = false;
  }
}

function tell(found) {
  const before = known;
  known = found;
  for (const [name, field] of Object.entries(FIELDS)) {
    // The page was drawn a moment before the first answer: what stands in it says with which values.
    const shown = drawn(name) ?? (before ?? found)[field];
    if (found[field] === shown) continue;
    const detail = { value: found[field], before: shown };
    document.dispatchEvent(new CustomEvent(`updates:${name}`, { detail }));
  }
}

// What the page was drawn with; null where it does not say. Marks beside names are numbers.
function drawn(name) {
  const value = document.querySelector(`[data-${name}]`)?.dataset[name] ?? null;
  return value !== null && MARKS.includes(name) ? Number(value) : value;
}

async function drawMarks() {
  const response = await fetch("/updates/bell/", { credentials: "same-origin", cache: "no-store" });
  if (!response.ok || response.redirected) return;
  const drawn = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const name of MARKS) {
    const fresh = drawn.querySelector(`[data-${name}]`);
    if (fresh) document.querySelector(`[data-${name}]`)?.replaceWith(document.adoptNode(fresh));
  }
}

// Both are drawn at once: what a page tells of both in one go is fetched once.
let drawing = 0;
for (const name of MARKS) {
  document.addEventListener(`updates:${name}`, () => {
    clearTimeout(drawing);
    drawing = setTimeout(() => drawMarks().catch(() => {}));
  });
}

// A script that read or wrote something has changed the numbers: no need to wait for the next time.
document.addEventListener("updates:ask", askNow);

function askNow() {
  if (document.hidden) return;
  clearTimeout(timer);
  ask();
}

if (document.body.dataset.reader) {
  document.addEventListener("visibilitychange", askNow);
  window.addEventListener("focus", askNow);
  window.addEventListener("online", askNow);
  ask();
}
