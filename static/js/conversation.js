// An open conversation: new messages appear while somebody looks at it, and the newest stays in view for those who were
// at the end. What comes while the page is hidden waits until it is looked at again: showing it marks it as read.
// One's own messages that the other reads meanwhile say so. Control and Enter send. Without this script the page shows
// what there was when it was opened.

const NEAR = 160;
let missed = false;

function look() {
  missed = document.hidden;
  if (!missed) document.querySelector(".bubbles__next")?.dispatchEvent(new CustomEvent("conversation:look"));
}

function isAtEnd() {
  const page = document.documentElement;
  return page.scrollHeight - page.clientHeight - page.scrollTop < NEAR;
}

// Renew the marks of one's own messages, from the first on that was not read when it was drawn.
async function drawReads(bubbles, mark) {
  const first = bubbles.querySelector("[data-sent]")?.closest(".bubble");
  if (first) {
    const address = `${bubbles.dataset.address}?reads=${first.id.slice(2)}`;
    const response = await fetch(address, { credentials: "same-origin", cache: "no-store" });
    if (!response.ok || response.redirected) return;
    const drawn = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const one of drawn.querySelectorAll("[data-of]")) {
      const shown = document.querySelector(`#m-${one.dataset.of} [data-sent]`);
      shown?.replaceWith(document.adoptNode(one.firstElementChild));
    }
  }
  bubbles.dataset.reads = mark;
}

export function enhance(bubbles) {
  document.addEventListener("updates:reads", (event) => {
    if (event.detail.value) drawReads(bubbles, event.detail.value).catch(() => {});
  });
  const later = bubbles.querySelector("[role=log]");
  document.addEventListener("updates:messages", (event) => {
    if (event.detail.value > 0) look();
  });
  document.addEventListener("visibilitychange", () => {
    if (missed) look();
  });
  document.querySelector(".composer textarea")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  bubbles.dataset.ready = "";
  if (!later) return;
  let wasAtEnd = false;
  later.addEventListener("htmx:beforeSwap", () => {
    wasAtEnd = isAtEnd();
  });
  later.addEventListener("htmx:afterSettle", () => {
    bubbles.querySelector(".bubbles__none")?.remove();
    if (wasAtEnd) window.scrollTo({ top: document.documentElement.scrollHeight });
    document.dispatchEvent(new CustomEvent("updates:ask"));
  });
}
