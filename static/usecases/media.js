// Arranges the media of a story on its last page of writing. On the section:
//   data-module="{% static 'usecases/media.js' %}" data-api (JSON of the story's media) data-items (their list as HTML)
// Captions, order and cover are fields of the form: moving an item moves its fields, and autosave does the rest.
// Files that are uploaded are added at once; what is removed can be put back. Without this module the buttons send
// the form.

const POLL_MS = 2500;

class Media {
  constructor(section) {
    this.section = section;
    this.words = section.dataset;
    this.list = section.querySelector("[data-media-list]");
    this.said = section.querySelector("[data-said]");
    this.order = section.querySelector("[data-order]");
    this.form = section.closest("form");
    this.order.addEventListener("restore", () => this.restore());
    this.restore(); // autosave may have been here first
    section.addEventListener("upload:ready", (event) => this.ready(event.detail));
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("keydown", (event) => this.enter(event));
    this.dragging();
    this.look();
  }

  get items() {
    return [...this.list.querySelectorAll("[data-medium]")];
  }

  /** Enter in a caption is no order to hand the story in. */
  enter(event) {
    if (event.key === "Enter" && event.target.matches("input[type=text]")) event.preventDefault();
  }

  clicked(event) {
    const button = event.target.closest("button");
    const item = button?.closest("[data-medium]");
    if (!item) return;
    if (button.dataset.move) {
      event.preventDefault();
      this.move(item, Number(button.dataset.move));
      button.focus();
    } else if ("remove" in button.dataset) {
      event.preventDefault();
      this.remove(item);
    }
  }

  move(item, by) {
    const { items } = this;
    const target = items[items.indexOf(item) + by];
    if (!target) return;
    if (by < 0) target.before(item);
    else target.after(item);
    this.arranged(item);
  }

  /** Say where an item is now, and have the form saved. */
  arranged(item) {
    const { items } = this;
    this.say(
      this.words.moved
        .replace("%(name)s", this.name(item))
        .replace("%(number)s", String(items.indexOf(item) + 1))
        .replace("%(count)s", String(items.length)),
    );
    this.changed();
  }

  name(item) {
    return item.querySelector("[data-name]").textContent;
  }

  /** Put the items in the order an earlier visit could not send; what it did not know stays behind. */
  restore() {
    const wanted = this.order.value.split(",");
    const place = (item) => (wanted.indexOf(item.dataset.medium) + 1) || Infinity;
    for (const item of this.items.sort((one, other) => place(one) - place(other) || 0)) this.list.append(item);
    this.note();
  }

  /** The order goes with the form. */
  note() {
    this.order.value = this.items.map((item) => item.dataset.medium).join(",");
  }

  changed() {
    this.note();
    this.list.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // ---- Dragging: for those with a mouse; the buttons are for everybody ------------------------------------

  dragging() {
    this.list.addEventListener("pointerdown", (event) => {
      const item = event.target.closest("[data-medium]");
      // Only by its picture: text in a caption is to be selected.
      if (item) item.draggable = Boolean(event.target.closest("[data-look]"));
    });
    this.list.addEventListener("dragstart", (event) => {
      this.dragged = event.target.closest("[data-medium]");
      if (!this.dragged) return;
      this.dragged.dataset.dragged = "true";
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", this.name(this.dragged));
    });
    this.list.addEventListener("dragover", (event) => {
      const over = event.target.closest("[data-medium]");
      if (!this.dragged || !over) return;
      event.preventDefault();
      if (over === this.dragged) return;
      const box = over.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) over.before(this.dragged);
      else over.after(this.dragged);
    });
    this.list.addEventListener("drop", (event) => this.dragged && event.preventDefault());
    this.list.addEventListener("dragend", () => {
      if (!this.dragged) return;
      delete this.dragged.dataset.dragged;
      this.dragged.draggable = false;
      this.arranged(this.dragged);
      this.dragged = null;
    });
  }

  // ---- Adding and removing ------------------------------------------------------------------------------

  /** A file is uploaded: add it, one after the other, so that they stand in the order they were ready. */
  ready(upload) {
    this.adding = (this.adding ?? Promise.resolve()).then(() => this.add(upload));
  }

  async add({ id, release }) {
    try {
      await this.send("POST", this.words.api, { file_ids: [id] });
      release();
      await this.refresh();
    } catch (error) {
      this.say(error.message || this.words.failed); // its line stays, and goes with the form
      document.dispatchEvent(new CustomEvent("toast", { detail: { text: error.message || this.words.failed, kind: "bad" } }));
    }
  }

  async remove(item) {
    try {
      await this.send("DELETE", `${this.words.api}/${item.dataset.medium}`);
    } catch (error) {
      this.say(error.message || this.words.failed);
      return;
    }
    const place = this.undoable(item);
    item.replaceWith(place);
    this.note();
    place.querySelector("button").focus();
    this.say(this.words.removed.replace("%s", this.name(item)));
  }

  undoable(item) {
    const place = document.createElement("li");
    place.className = "row";
    const text = document.createElement("span");
    text.textContent = this.words.removed.replace("%s", this.name(item));
    const button = Object.assign(document.createElement("button"), {
      type: "button", className: "button button--small", textContent: this.words.undo,
    });
    button.addEventListener("click", async () => {
      try {
        await this.send("POST", this.words.api, { file_ids: [item.dataset.file] });
      } catch (error) {
        this.say(error.message || this.words.failed);
        return;
      }
      place.replaceWith(item);
      item.focus();
      this.say(this.words.back.replace("%s", this.name(item)));
      this.changed(); // its place among the others, its caption
    });
    place.append(text, button);
    return place;
  }

  async send(method, url, body) {
    const response = await fetch(url, {
      method,
      credentials: "same-origin",
      body: body && JSON.stringify(body),
      headers: {
        Accept: "application/json",
        ...(body ? { "Content-Type": "application/json" } : {}),
        "X-CSRFToken": this.form.elements.namedItem("csrfmiddlewaretoken").value,
      },
    });
    if (response.ok) return;
    const answer = await response.json().catch(() => ({}));
    throw new Error(answer.errors?.[0]?.detail ?? "");
  }

  /** Take from the server what is not here yet, and how far the pictures of the others are. */
  async refresh() {
    const response = await fetch(this.words.items, { credentials: "same-origin" });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const item of page.querySelectorAll("[data-medium]")) {
      const here = this.items.find((one) => one.dataset.medium === item.dataset.medium);
      if (!here) this.list.append(document.adoptNode(item));
      else if ("pending" in here.dataset && !("pending" in item.dataset)) this.made(here, item);
    }
    this.note();
    this.look();
  }

  made(here, item) {
    delete here.dataset.pending;
    for (const part of ["[data-look]", "[data-state]"]) here.querySelector(part).replaceWith(document.adoptNode(item.querySelector(part)));
  }

  /** Ask again while pictures are being made. */
  look() {
    clearTimeout(this.timer);
    if (this.list.querySelector("[data-pending]")) this.timer = setTimeout(() => this.refresh(), POLL_MS);
  }

  say(text) {
    this.said.textContent = text;
  }
}

export function enhance(section) {
  return new Media(section);
}
