// Saves a form by itself. On the form:
//   data-autosave data-module="{% static 'js/autosave.js' %}"
//   data-autosave-url    where to POST the form's fields (files are left out)
//   data-autosave-key    names the copy kept on this device while there is no connection
// Inside it: an element with data-autosave-status, and, for documents others may edit, a hidden input `revision`.
//
// The server answers JSON: 200/201 {"saved_at", "revision"?, "autosave_url"?, "autosave_key"?}, 409 {"errors": [{"detail"}]} when
// another edit came first (with "yours": true and "revision" when it was the same person's own), 400 with the
// same shape when the text cannot be kept as it is.
// Saves 2 s after the last key, when a field is left, and when the page is hidden. A page that is left or reloaded
// keeps its text on the device and sends it on the next visit: a request sent while leaving would race the reload.

const words = JSON.parse(document.getElementById("words").textContent);
const IDLE_MS = 2000;
const WAIT_MS = 5000;
const RETRY_MS = [3000, 6000, 12000, 30000, 60000];
const SKIPPED = new Set(["csrfmiddlewaretoken", "revision"]);

const language = `${document.documentElement.lang || "en"}-u-nu-latn`;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

function fieldsOf(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !SKIPPED.has(name));
}

/** Rich-text editors rewrite their fields when they start, lists of files take theirs over: compare only after that. */
function partsReady(form) {
  const late = "[data-rich-text]:not([data-ready]), [data-purpose][data-module]:not([data-listening])";
  const waits = [...form.querySelectorAll(late)].map((part) =>
    new Promise((resolve) => {
      for (const kind of ["rich-text:ready", "upload:listening"]) part.addEventListener(kind, resolve, { once: true });
      setTimeout(resolve, 4000);
    }));
  return Promise.all(waits);
}

/** The copy on this device, per person: shop-floor computers are shared. Storage may be full or forbidden: then there is none. */
class Copy {
  constructor(key) {
    this.key = `autosave:${document.body.dataset.reader ?? ""}:${key}`;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  write(fields, revision) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ fields, revision }));
    } catch {
      // Nothing to be done: the server copy is the one that counts.
    }
  }

  drop() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // As above.
    }
  }
}

export class Autosave {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-autosave-status]") ?? document.querySelector("[data-autosave-status]");
    this.revision = form.elements.namedItem("revision");
    this.copy = new Copy(form.dataset.autosaveKey || location.pathname);
    this.dirty = false;
    this.saving = false;
    this.stopped = false;
    this.failures = 0;
    this.listen();
    partsReady(form).then(() => this.recover());
  }

  listen() {
    this.form.addEventListener("input", () => this.changed(IDLE_MS));
    this.form.addEventListener("change", () => this.changed(IDLE_MS));
    this.form.addEventListener("focusout", () => this.dirty && this.changed(0));
    this.form.addEventListener("submit", (event) => this.submitted(event), true);
    document.addEventListener("visibilitychange", () => document.hidden && this.hide());
    addEventListener("pagehide", () => this.leave());
    addEventListener("online", () => this.dirty && this.changed(0));
    addEventListener("pageshow", (event) => {
      if (event.persisted) this.stopped = false;
      if (event.persisted && this.dirty) this.changed(0);
    });
  }

  changed(delay) {
    if (this.stopped) return;
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  /** Another tab or app is in front, perhaps for good: send now, and keep a copy until that has worked. */
  hide() {
    if (!this.dirty || this.stopped) return;
    this.keepHere();
    this.save({ keepalive: true });
  }

  leave() {
    if ((!this.dirty && !this.saving) || this.stopped) return;
    this.keepHere();
    this.stopped = true;
  }

  keepHere() {
    this.copy.write(fieldsOf(this.form), this.revision?.value ?? "");
  }

  /** A button was pressed. A save on its way goes first: otherwise the form would come second, from an older revision. */
  submitted(event) {
    clearTimeout(this.timer);
    if (this.saving && !this.waited) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (this.waiting) return;
      this.waiting = true;
      Promise.race([this.underway, new Promise((resolve) => setTimeout(resolve, WAIT_MS))]).then(() => {
        this.waited = true;
        this.form.requestSubmit(event.submitter);
        this.waiting = this.waited = false;
      });
      return;
    }
    if (event.defaultPrevented) return;
    this.stopped = true;
    this.copy.drop();
  }

  save(options) {
    if (this.saving || this.stopped) return;
    this.underway = this.saveNow(options);
  }

  async saveNow({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    this.saving = true;
    this.dirty = false;
    this.show("saving", words.saving);
    try {
      await this.take(await this.send(keepalive));
    } catch {
      this.failed();
    } finally {
      this.saving = false;
    }
    if (this.dirty && !this.failures && !this.waiting) this.changed(IDLE_MS);
  }

  send(keepalive) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.append(name, value);
    return fetch(this.form.dataset.autosaveUrl, {
      method: "POST",
      body,
      keepalive,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "X-CSRFToken": this.form.elements.namedItem("csrfmiddlewaretoken")?.value ?? "",
        "X-Requested-With": "XMLHttpRequest",
      },
    });
  }

  async take(response) {
    const kind = response.headers.get("Content-Type") ?? "";
    const answer = kind.includes("json") ? await response.json() : {};
    if (response.ok) return this.saved(answer);
    const detail = answer.errors?.[0]?.detail ?? answer.detail;
    this.keepHere();
    if (response.status === 409 && answer.yours && this.revision && answer.revision != null) {
      this.revision.value = answer.revision;
      return this.changed(0);
    }
    if (response.status === 409) {
      this.stopped = true;
      return this.show("stale", detail ?? words.stale);
    }
    if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
    return this.show("failed", detail ?? words.failed);
  }

  saved(answer) {
    this.failures = 0;
    if (this.revision && answer.revision != null) this.revision.value = answer.revision;
    if (answer.autosave_url) this.form.dataset.autosaveUrl = answer.autosave_url;
    if (answer.autosave_key) this.move(answer.autosave_key);
    if (!this.dirty) this.copy.drop();
    const moment = answer.saved_at ? new Date(answer.saved_at) : new Date();
    this.show("saved", words.saved.replace("%s", clock.format(moment)));
    this.form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true, detail: answer }));
  }

  /** What was new has a name of its own now: its copy moves there, so that a reload of its page finds it. */
  move(key) {
    const moved = new Copy(key);
    if (moved.key === this.copy.key) return;
    this.copy.drop();
    this.copy = moved;
  }

  failed() {
    this.dirty = true;
    this.keepHere();
    this.show("failed", words.notSaved);
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  show(state, text) {
    if (!this.status) return;
    this.status.dataset.state = state;
    this.status.textContent = text;
  }

  /** Put back what an earlier visit could not send; ask first when the server has moved on since. */
  recover() {
    const copy = this.copy.read();
    if (!copy?.fields) return;
    if (JSON.stringify(copy.fields) === JSON.stringify(fieldsOf(this.form))) {
      this.copy.drop();
    } else if (copy.revision === (this.revision?.value ?? "")) {
      this.restore(copy.fields);
    } else {
      this.offer(copy.fields);
    }
  }

  offer(fields) {
    const box = Object.assign(document.createElement("div"), { className: "alert alert--waiting" });
    box.setAttribute("role", "status");
    const button = (className, textContent, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className, textContent });
      made.addEventListener("click", () => {
        act();
        box.remove();
      });
      return made;
    };
    const row = Object.assign(document.createElement("div"), { className: "row" });
    row.append(
      button("button button--small", words.putBack, () => this.restore(fields)),
      button("link-button", words.discard, () => this.copy.drop()),
    );
    box.append(Object.assign(document.createElement("p"), { textContent: words.kept }), row);
    this.form.prepend(box);
  }

  get fileFields() {
    return this.form.querySelectorAll("[data-module][data-purpose][data-name]");
  }

  /** Have the fields for files list those that are named; they look after their lists themselves. */
  restoreFiles(fields, exactly = false) {
    const waits = [];
    for (const field of this.fileFields) {
      const named = fields.filter(([name]) => name === `${field.dataset.name}_ids`);
      const detail = { ids: named.flatMap(([, value]) => value), exactly, waits };
      if (named.length) field.dispatchEvent(new CustomEvent("upload:restore", { detail }));
    }
    return Promise.all(waits);
  }

  restore(fields) {
    const values = new Map();
    for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
    for (const element of this.form.elements) {
      if (!element.name || SKIPPED.has(element.name) || element.name.endsWith("_ids")) continue;
      if (element.type === "file" || element.type === "submit") continue;
      const found = values.get(element.name);
      if (element.type === "checkbox" || element.type === "radio") {
        element.checked = Boolean(found?.includes(element.value));
      } else if (element.type === "select-multiple") {
        for (const option of element.options) option.selected = Boolean(found?.includes(option.value));
      } else if (found) {
        element.value = found[0];
        element.dispatchEvent(new Event("restore"));
      }
    }
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: words.restored, kind: "info" } }));
    this.restoreFiles(fields).then(() => this.changed(0));
  }
}

export function enhance(form) {
  return new Autosave(form);
}
