// Offers what the words typed so far may become, below a search field:
// <input type="search" name="q" data-suggestions="ADDRESS" data-module="…/suggestions.js">.
// Arrows choose, Enter opens, Escape closes; Enter with nothing chosen searches as always.

const words = JSON.parse(document.getElementById("words").textContent);
const WAIT = 150;
let count = 0;

export function enhance(field) {
  const list = Object.assign(document.createElement("ul"), { className: "suggestions", id: `suggestions-${++count}` });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.suggestions);
  list.hidden = true;
  // The top bar's form is a box already, whose icon and key stand beside the field.
  const box = field.closest(".search") ?? Object.assign(document.createElement("div"), { className: "suggestions-box" });
  const news = Object.assign(document.createElement("span"), { className: "visually-hidden" });
  news.setAttribute("role", "status");
  if (!box.contains(field)) {
    field.before(box);
    box.append(field);
  }
  box.append(list, news);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    field.setAttribute(name, value);
  }

  let chosen = -1;
  let timer = 0;
  let asking = null;

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    chosen = -1;
    news.textContent = "";
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function choose(place) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = place;
    const option = list.children[chosen];
    if (!option) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  }

  function draw(results) {
    list.replaceChildren(
      ...results.map((result, place) => {
        const option = Object.assign(document.createElement("li"), {
          className: "suggestions__option",
          id: `${list.id}-${place}`,
        });
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.url = result.url;
        const label = Object.assign(document.createElement("span"), { textContent: result.label, dir: "auto" });
        const kind = Object.assign(document.createElement("span"), {
          className: "suggestions__kind",
          textContent: words[`suggested_${result.kind}`] ?? "",
        });
        option.append(label, kind);
        return option;
      }),
    );
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = !results.length;
    field.setAttribute("aria-expanded", String(Boolean(results.length)));
    news.textContent = results.length ? words.suggested.replace("%s", results.length) : "";
  }

  async function ask() {
    const text = field.value.trim();
    asking?.abort();
    if (text.length < 2) {
      close();
      return;
    }
    asking = new AbortController();
    try {
      const address = `${field.dataset.suggestions}?q=${encodeURIComponent(text)}`;
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (!answer.ok || document.activeElement !== field) return;
      draw((await answer.json()).results);
    } catch {
      // Typed on, or no connection: the field works without.
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const last = list.children.length - 1;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (list.hidden) {
      if (event.key === "ArrowDown") ask();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      choose(chosen === last ? -1 : chosen + 1);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen === -1 ? last : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      window.location.assign(list.children[chosen].dataset.url);
    } else if (event.key === "Tab") {
      close();
    }
  });
  field.addEventListener("blur", close);
  field.form?.addEventListener("submit", close);
  // Before the field loses focus and the list closes.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-url]");
    if (option) window.location.assign(option.dataset.url);
  });
}
