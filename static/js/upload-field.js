// The page's side of components/upload.html: a drop zone and a list around uploads.js.
// Without this module the field is a plain file input of its form. With it, files go up at once, and the form carries
// their ids in hidden inputs named `<name>_ids`. What is on its way survives a reload: see `remember`.

import { Upload } from "./uploads.js";

const language = document.documentElement.lang || "en";
const percent = new Intl.NumberFormat(`${language}-u-nu-latn`, { style: "percent" });
const number = new Intl.NumberFormat(`${language}-u-nu-latn`, { maximumFractionDigits: 1 });
const UNITS = ["B", "KB", "MB", "GB"];

function readable(bytes) {
  const step = bytes ? Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(1024))) : 0;
  return `${number.format(bytes / 1024 ** step)} ${UNITS[step]}`;
}

/** What this device remembers of unfinished uploads, per person and field: enough to know a file again. */
class Memory {
  constructor(field) {
    const reader = document.body.dataset.reader ?? "";
    this.key = `uploads:${reader}:${location.pathname}:${field.dataset.name}`;
  }

  all() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      return [];
    }
  }

  write(entries) {
    try {
      if (entries.length) localStorage.setItem(this.key, JSON.stringify(entries));
      else localStorage.removeItem(this.key);
    } catch {
      // Not remembered then: after a reload the file is sent anew.
    }
  }

  add(entry) {
    this.write([...this.all().filter((one) => one.id !== entry.id), entry]);
  }

  drop(id) {
    this.write(this.all().filter((one) => one.id !== id));
  }
}

/** One line of the list. */
class Line {
  constructor(field, upload) {
    this.field = field;
    this.upload = upload;
    this.element = field.template.content.firstElementChild.cloneNode(true);
    const part = (name) => this.element.querySelector(`[data-${name}]`);
    this.note = part("note");
    this.bar = part("bar");
    this.value = part("value");
    this.buttons = { pause: part("pause"), resume: part("resume"), again: part("again"), remove: part("remove") };
    part("file-name").textContent = upload.name;
    this.value.name = field.valueName;
    this.bar.max = upload.size;
    this.bar.setAttribute("aria-label", upload.name);
    for (const button of Object.values(this.buttons)) {
      button.setAttribute("aria-label", `${button.textContent.trim()}: ${upload.name}`);
    }
    this.buttons.pause.addEventListener("click", () => this.act(() => upload.pause(), "resume"));
    this.buttons.resume.addEventListener("click", () => this.act(() => this.goOn(), "pause"));
    this.buttons.again.addEventListener("click", () => this.act(() => upload.start(), "pause"));
    this.buttons.remove.addEventListener("click", () => field.remove(this));
    upload.addEventListener("change", () => this.show());
    upload.addEventListener("begun", () => field.remember(upload));
    this.said = "";
    this.show();
  }

  /** Do something and keep the keyboard's place: the button pressed makes room for another. */
  act(what, next) {
    what();
    if (!this.buttons[next].hidden) this.buttons[next].focus();
  }

  goOn() {
    if (this.upload.file) this.upload.start();
    else this.field.choose();
  }

  show() {
    const { state, file, sent, size, message, again, id, result } = this.upload;
    const { words } = this.field;
    const share = size ? sent / size : 0;
    const notes = {
      waiting: words.waiting,
      uploading: words.uploading.replace("%s", percent.format(share)),
      paused: file ? words.paused : words.chooseAgain,
      checking: words.checking,
      ready: readable(result?.size ?? size),
      failed: message || words.failed,
    };
    this.note.textContent = notes[state] ?? "";
    this.element.dataset.state = state;
    this.bar.value = sent;
    this.bar.hidden = !["waiting", "uploading", "paused"].includes(state);
    this.value.value = state === "ready" ? id : "";
    this.value.disabled = state !== "ready";
    this.buttons.pause.hidden = state !== "uploading";
    this.buttons.resume.hidden = state !== "paused";
    this.buttons.again.hidden = !(state === "failed" && again);
    if (state !== this.said) this.announce(state, notes[state]);
  }

  /** Say a change of state once, not every percent. */
  announce(state, note) {
    const silent = this.said === "" && state === "waiting";
    this.said = state;
    if (this.upload.isOver && this.upload.id) this.field.memory.drop(this.upload.id);
    if (!silent) this.field.say(state === "ready" ? this.field.words.ready.replace("%s", this.upload.name) : `${this.upload.name}: ${note}`);
    this.field.changed();
    if (state === "ready") this.hand(this.upload);
  }

  /** Tell the page, which may take the file over: `release()` lets its line go and keeps the file. */
  hand({ id, name }) {
    const release = () => this.field.release(this);
    this.field.element.dispatchEvent(new CustomEvent("upload:ready", { bubbles: true, detail: { id, name, release } }));
  }
}

class Field {
  constructor(element) {
    this.element = element;
    this.words = element.dataset;
    this.input = element.querySelector("input[type=file]");
    this.list = element.querySelector("[data-list]");
    this.template = element.querySelector("template");
    this.status = element.querySelector("[role=status]");
    this.zone = element.querySelector("[data-zone]");
    this.multiple = this.input.multiple;
    this.valueName = `${element.dataset.name}_ids`;
    this.memory = new Memory(element);
    this.lines = [];
    // The ids are what is sent; the plain input is for browsers without this module.
    this.input.removeAttribute("name");
    this.required = this.input.required;
    this.input.required = false;
    element.querySelector("[data-hint]").hidden = false;
    this.listen();
    this.keepers();
    this.recall();
    element.addEventListener("upload:restore", ({ detail }) => detail.waits.push(this.putBack(detail)));
    element.dataset.listening = "";
    element.dispatchEvent(new Event("upload:listening"));
  }

  listen() {
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
    const over = (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      this.zone.dataset.over = "true";
    };
    this.zone.addEventListener("dragenter", over);
    this.zone.addEventListener("dragover", over);
    this.zone.addEventListener("dragleave", () => delete this.zone.dataset.over);
    this.zone.addEventListener("drop", (event) => {
      event.preventDefault();
      delete this.zone.dataset.over;
      this.add(event.dataTransfer.files);
    });
    this.input.form?.addEventListener("submit", (event) => this.beforeSending(event), true);
    addEventListener("beforeunload", (event) => {
      if (this.underWay().length && !this.leaving) event.preventDefault();
    });
  }

  /** Files the thing has already: the plain checkbox "keep" becomes a button that removes the line. */
  keepers() {
    for (const keeper of this.list.querySelectorAll("[data-keep]")) {
      const box = keeper.querySelector("input");
      const button = keeper.querySelector("[data-remove]");
      box.type = "hidden";
      keeper.querySelector("label").removeAttribute("for");
      button.hidden = false;
      button.addEventListener("click", () => {
        const name = keeper.querySelector("[data-file-name]").textContent;
        keeper.remove();
        this.say(this.words.removed.replace("%s", name));
        this.input.focus();
        this.changed();
      });
    }
  }

  choose() {
    this.input.click();
  }

  add(files) {
    for (const file of this.multiple ? files : [...files].slice(0, 1)) {
      const known = this.lines.find((line) => this.isAgain(line.upload, file));
      if (known) {
        known.upload.take(file);
        known.upload.start();
        continue;
      }
      if (!this.multiple) this.clear();
      const upload = new Upload(file, { purpose: this.element.dataset.purpose, url: this.element.dataset.url });
      this.append(upload);
      upload.start();
    }
  }

  /** Whether this is the file an upload from before the reload was about. */
  isAgain(upload, file) {
    return !upload.file && upload.name === file.name && upload.size === file.size && upload.modified === file.lastModified;
  }

  append(upload) {
    const line = new Line(this, upload);
    this.lines.push(line);
    this.list.append(line.element);
    this.changed();
    return line;
  }

  /** Nobody did anything: a draft must not be overwritten by a form that is still empty. */
  appendQuietly(upload) {
    this.quiet = true;
    this.append(upload);
    this.quiet = false;
  }

  clear() {
    for (const line of [...this.lines]) this.remove(line, true);
    for (const keeper of this.list.querySelectorAll("[data-keep]")) keeper.remove();
  }

  remove(line, quietly = false) {
    this.lines = this.lines.filter((one) => one !== line);
    if (line.upload.id) this.memory.drop(line.upload.id);
    line.upload.remove();
    line.element.remove();
    if (quietly) return;
    this.say(this.words.removed.replace("%s", line.upload.name));
    this.input.focus();
    this.changed();
  }

  /** Somebody else looks after this file now. */
  release(line) {
    this.lines = this.lines.filter((one) => one !== line);
    line.element.remove();
    this.changed();
  }

  remember(upload) {
    const { id, name, size } = upload;
    this.memory.add({ id, name, size, modified: upload.file.lastModified });
  }

  /** Take up what was on its way before the page was reloaded. Its bytes must be chosen again; what arrived stays. */
  async recall() {
    for (const { id, name, size, modified } of this.memory.all()) {
      const upload = new Upload(null, { purpose: this.element.dataset.purpose, url: this.element.dataset.url, id, name, size });
      upload.modified = modified;
      try {
        await upload.look();
        if (upload.state !== "failed") this.appendQuietly(upload);
      } catch (error) {
        if (error.status !== 404 && error.status !== 401) continue; // look again on the next visit
        this.memory.drop(id);
      }
    }
  }

  /**
   * A draft is put back: of the files the thing has, those it names stay, and those sent from another device are
   * listed. `exactly` when it is discarded: what was uploaded since goes.
   */
  async putBack({ ids, exactly }) {
    for (const keeper of this.list.querySelectorAll("[data-keep]")) {
      if (!ids.includes(keeper.querySelector("input").value)) keeper.remove();
    }
    for (const line of exactly ? [...this.lines] : []) if (!ids.includes(line.upload.id)) this.remove(line, true);
    const listed = new Set([...this.list.querySelectorAll("input")].map((input) => input.value));
    const found = await Promise.all(ids.filter((id) => !listed.has(id)).map((id) => this.find(id)));
    for (const upload of found) if (upload?.state === "ready") this.append(upload);
    const folded = this.element.closest("details");
    if (folded && this.list.children.length) folded.open = true;
    this.changed();
  }

  /** A file that was uploaded before; nothing where it is gone. */
  async find(id) {
    const { purpose, url } = this.element.dataset;
    const upload = new Upload(null, { purpose, url, id });
    return upload.look().then(() => upload, () => null);
  }

  underWay() {
    return this.lines.filter((line) => ["waiting", "uploading", "checking"].includes(line.upload.state));
  }

  /** A form waits for its uploads, then goes by itself. */
  beforeSending(event) {
    const open = this.lines.filter((line) => !line.upload.isOver);
    if (!open.length) {
      if (!this.required || this.list.querySelector("input:not([disabled])[name]")) {
        this.leaving = true;
        return;
      }
      this.say(this.words.required);
      this.input.focus();
    } else if (this.underWay().length) {
      this.say(this.words.wait);
      this.sending = { form: event.target, submitter: event.submitter };
    } else {
      this.say(this.words.unfinished);
      open[0].element.querySelector("button:not([hidden])")?.focus();
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  changed() {
    if (!this.quiet) this.element.dispatchEvent(new Event("input", { bubbles: true }));
    if (this.sending && !this.underWay().length) {
      const { form, submitter } = this.sending;
      this.sending = null;
      if (this.lines.every((line) => line.upload.state === "ready")) form.requestSubmit(submitter);
      else this.say(this.words.unfinished);
    }
  }

  say(text) {
    this.status.textContent = text;
  }
}

export function enhance(element) {
  return new Field(element);
}

