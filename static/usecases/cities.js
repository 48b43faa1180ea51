// Offers cities while one is typed: <input data-cities="ADDRESS" data-module="…/cities.js">.
// Choosing one fills in its name, and where the field names them in `data-country` and `data-position`, the country
// and the hidden field for coordinates. What is typed without choosing stands as it is.

const WAIT = 120;
let count = 0;

export function enhance(field) {
  const form = field.form;
  const country = form?.elements.namedItem(field.dataset.country ?? "");
  const position = form?.elements.namedItem(field.dataset.position ?? "");
  const names = new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "region" });
  const list = Object.assign(document.createElement("ul"), { className: "suggestions", id: `cities-${++count}` });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels?.[0]?.textContent.trim() ?? "");
  list.hidden = true;
  const box = Object.assign(document.createElement("div"), { className: "suggestions-box" });
  field.before(box);
  box.append(field, list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    field.setAttribute(name, value);
  }
  field.autocomplete = "off";

  let found = [];
  let chosen = -1;
  let timer = 0;
  let asking = null;

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function mark(place) {
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

  function take(city) {
    close();
    field.value = city.name;
    if (country) country.value = city.country;
    if (position) position.value = [city.latitude, city.longitude, city.country, city.name].join(";");
    const changed = () => new Event("input", { bubbles: true });
    taken = true;
    field.dispatchEvent(changed());
    country?.dispatchEvent(changed());
    position?.dispatchEvent(changed());
  }

  function draw(cities) {
    found = cities;
    list.replaceChildren(
      ...cities.map((city, place) => {
        const option = Object.assign(document.createElement("li"), {
          className: "suggestions__option",
          id: `${list.id}-${place}`,
        });
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.place = place;
        const label = Object.assign(document.createElement("span"), { textContent: city.name, dir: "auto" });
        const where = [city.region, names.of(city.country)].filter(Boolean).join(", ");
        const kind = Object.assign(document.createElement("span"), { className: "suggestions__kind", textContent: where });
        option.append(label, kind);
        return option;
      }),
    );
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = !cities.length;
    field.setAttribute("aria-expanded", String(Boolean(cities.length)));
  }

  async function ask() {
    const text = field.value.trim();
    asking?.abort();
    if (text.length < 2 || /^[\d\s.,+-]*$/.test(text)) {
      close();
      return;
    }
    asking = new AbortController();
    const query = new URLSearchParams({ q: text.slice(0, 100) });
    try {
      const answer = await fetch(`${field.dataset.cities}?${query}`, {
        signal: asking.signal,
        headers: { Accept: "application/json" },
      });
      if (answer.ok && document.activeElement === field) draw(await answer.json());
    } catch {
      // Typed on, or no connection: the field works without.
    }
  }

  let taken = false;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (taken) {
      taken = false;
      return;
    }
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
      mark(chosen === last ? -1 : chosen + 1);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      mark(chosen === -1 ? last : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      take(found[chosen]);
    } else if (event.key === "Tab") {
      close();
    }
  });
  field.addEventListener("blur", close);
  form?.addEventListener("submit", close);
  // Before the field loses focus and the list closes.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-place]");
    if (option) take(found[Number(option.dataset.place)]);
  });
}
