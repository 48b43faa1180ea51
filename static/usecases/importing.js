// An import that runs: the page shows every two seconds how far it is, until it is done. Without this, a link does.

const POLL_MS = 2_000;

async function look() {
  const here = document.querySelector("[data-import]");
  const response = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (response?.ok) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const now = page.querySelector("[data-import]");
    if (!now || !("running" in now.dataset)) {
      location.reload();
      return;
    }
    // The status line stays the same element, or it would be read out each time.
    here.querySelector(".meter")?.replaceWith(document.adoptNode(now.querySelector(".meter")));
  }
  setTimeout(look, POLL_MS);
}

setTimeout(look, POLL_MS);
