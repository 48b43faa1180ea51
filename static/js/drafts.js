// Keeps what is typed into a form as a draft on the server, so that any device can go on with it. On the form:
//   data-module="{% static 'js/drafts.js' %}" data-draft="/api/v1/drafts/<key>"
// Inside it: components/draft.html. Sending the form ends the draft: the server forgets it with the same stroke.
// The draft is asked for once the form comes into sight, since most readers of a page never write.

import { Autosave } from "./autosave.js";

const SKIPPED = new Set(["csrfmiddlewaretoken", "key"]);

class Draft extends Autosave {
  constructor(form) {
    super(form);
    this.discard = form.querySelector("[data-draft-discard]");
    this.discard?.addEventListener("click", () => this.forget());
    form.addEventListener("autosave:saved", () => this.offerDiscard());
  }

  /** What is kept: each field's text, and of each field for files the ids of those that have arrived. */
  texts() {
    const texts = {};
    const data = new FormData(this.form);
    for (const [name, value] of data) {
      if (typeof value === "string" && !SKIPPED.has(name) && !name.endsWith("_ids")) texts[name] = value;
    }
    for (const { dataset } of this.fileFields) texts[`${dataset.name}_ids`] = data.getAll(`${dataset.name}_ids`);
    return texts;
  }

  /** Whether the form holds what the page came with: there is nothing to keep then. */
  get untouched() {
    return JSON.stringify(this.texts()) === this.initial;
  }

  /** Whether nobody wrote yet, whatever files have come back by themselves. */
  get unwritten() {
    const words = (name, value) => (name.endsWith("_ids") ? undefined : value);
    return JSON.stringify(this.texts(), words) === JSON.stringify(JSON.parse(this.initial), words);
  }

  send(keepalive) {
    const { untouched } = this;
    return fetch(this.form.dataset.draft, {
      method: untouched ? "DELETE" : "PUT",
      body: untouched ? undefined : JSON.stringify({ fields: this.texts() }),
      keepalive,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": this.form.elements.namedItem("csrfmiddlewaretoken")?.value ?? "",
      },
    });
  }

  /** A copy on this device is younger than the server's: it is there because it could not be sent. */
  async recover() {
    this.initial = JSON.stringify(this.texts());
    if (this.copy.read()) return super.recover();
    await new Promise((resolve) => {
      const sight = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        sight.disconnect();
        resolve();
      });
      sight.observe(this.form);
    });
    await this.fetchDraft().catch(() => {});
  }

  async fetchDraft() {
    if (this.dirty || !this.unwritten || this.form.querySelector("[aria-invalid=true]")) return;
    const response = await fetch(this.form.dataset.draft, { credentials: "same-origin" });
    const draft = response.ok ? await response.json() : {};
    // Text that others changed meanwhile is not overwritten by a draft of the former one.
    if (!draft.fields || this.dirty || draft.fields.revision !== this.texts().revision) return;
    this.restore(Object.entries(draft.fields));
    this.offerDiscard();
  }

  offerDiscard() {
    if (this.discard) this.discard.hidden = this.untouched;
  }

  async forget() {
    this.form.reset();
    this.restoreFiles(Object.entries(JSON.parse(this.initial)), true).then(() => this.changed(0));
    this.discard.hidden = true;
    this.form.querySelector("[contenteditable], textarea, input:not([type=hidden])")?.focus();
  }
}

export function enhance(form) {
  return new Draft(form);
}
