// Pictures in the text: chosen, dropped or pasted, uploaded through the files pipeline, and shown from the lasting
// address of the upload. Nothing else than our own files can be a picture here; other files go to the form's field.

import { Upload } from "../uploads.js";

const OWN = /^\/files\/[\da-f-]{36}\/(?:large\/)?$/;

/** The path of one of our own files, whatever page it was copied from; "" for anything else. */
export function ownPath(source) {
  try {
    const url = new URL(source, location.href);
    return url.origin === location.origin && OWN.test(url.pathname) ? url.pathname : "";
  } catch {
    return "";
  }
}

/** The editor's picture: a block of its own. */
export function pictureNode(kit) {
  return kit.Image.extend({
    parseHTML: () => [{ tag: "img[src]", getAttrs: (img) => (ownPath(img.getAttribute("src")) ? null : false) }],
    addAttributes() {
      return { ...this.parent?.(), src: { default: null, parseHTML: (img) => ownPath(img.getAttribute("src")) } };
    },
  });
}

/** The dialog that asks what a picture shows, while it is on its way. */
class Dialog {
  constructor(element) {
    this.element = element;
    this.words = element.dataset;
    this.alt = element.querySelector("input");
    this.status = element.querySelector("[role=status]");
    this.yes = element.querySelector("[data-insert]");
    document.body.append(element);
    element.querySelector("[data-cancel]").addEventListener("click", () => element.close("cancel"));
    this.yes.addEventListener("click", () => this.agree());
    this.alt.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.agree();
    });
  }

  agree() {
    this.agreed = true;
    this.settle();
  }

  settle() {
    if (this.agreed && (!this.upload || this.upload.state === "ready")) this.element.close("insert");
    else if (this.agreed && this.upload.state !== "failed") this.yes.setAttribute("aria-busy", "true");
  }

  show() {
    const { state, sent, size, message } = this.upload;
    const share = `${Math.round((100 * sent) / (size || 1))} %`;
    const notes = { uploading: this.words.uploading.replace("%s", share), checking: this.words.checking, ready: this.words.ready };
    this.status.textContent = state === "failed" ? message || this.words.failed : notes[state] ?? "";
    this.yes.hidden = state === "failed";
    this.settle();
  }

  /** Ask; resolves to the words, or `null`. `upload` is missing for a picture that stands there already. */
  ask({ upload = null, alt = "" }) {
    Object.assign(this, { upload, agreed: false });
    this.alt.value = alt;
    this.status.textContent = "";
    this.yes.hidden = false;
    this.yes.removeAttribute("aria-busy");
    const watch = () => this.show();
    upload?.addEventListener("change", watch);
    this.element.returnValue = "";
    this.element.showModal();
    this.alt.focus();
    return new Promise((resolve) => {
      this.element.addEventListener("close", () => {
        upload?.removeEventListener("change", watch);
        resolve(this.element.returnValue === "insert" ? this.alt.value.trim() : null);
      }, { once: true });
    });
  }
}

export class Pictures {
  constructor(container, frame, getEditor) {
    this.url = container.dataset.pictures;
    this.form = container.closest("form");
    this.getEditor = getEditor;
    this.dialog = new Dialog(frame.querySelector("[data-picture]"));
    this.input = frame.querySelector("[data-picture-input]");
    this.input.addEventListener("change", () => {
      this.take([...this.input.files]);
      this.input.value = "";
    });
  }

  /** The toolbar's button: describe the picture that is chosen, or choose a new one. */
  async press() {
    const editor = this.getEditor();
    if (!editor.isActive("image")) {
      this.input.click();
      return;
    }
    const alt = await this.dialog.ask({ alt: editor.getAttributes("image").alt ?? "" });
    if (alt !== null) editor.chain().focus().updateAttributes("image", { alt }).run();
  }

  /** Take what was dropped or pasted; returns whether there was anything to take. */
  async take(files, position = null) {
    const pictures = files.filter((file) => file.type.startsWith("image/") && file.type !== "image/svg+xml");
    this.attach(files.filter((file) => !pictures.includes(file)));
    let at = position;
    for (const file of pictures) {
      await this.insert(file, at);
      at = null; // the next one after it
    }
  }

  async insert(file, position) {
    const upload = new Upload(file, { purpose: "attachment", url: this.url });
    upload.start();
    const alt = await this.dialog.ask({ upload });
    if (alt === null) {
      upload.remove();
      this.getEditor().commands.focus();
      return;
    }
    const { id, width, height } = upload.result;
    const node = { type: "image", attrs: { src: `/files/${id}/large/`, alt, width, height } };
    const editor = this.getEditor();
    const chain = editor.chain().focus();
    (position === null ? chain.insertContent(node) : chain.insertContentAt(position, node)).createParagraphNear().run();
  }

  /** Hand other files to the form's own field for them. */
  attach(files) {
    const field = this.form?.querySelector(".upload input[type=file]");
    if (!files.length || !field) return;
    const carrier = new DataTransfer();
    for (const file of files) carrier.items.add(file);
    field.files = carrier.files;
    const details = field.closest("details");
    if (details) details.open = true;
    field.dispatchEvent(new Event("change"));
  }

  /** What the editor asks before it handles these itself. */
  get props() {
    return {
      handlePaste: (view, { clipboardData }) => {
        const files = [...(clipboardData?.files ?? [])];
        // Word and Excel add a picture of what was copied: the text is meant.
        if (!files.length || !isPictureOnly(clipboardData.getData("text/html"))) return false;
        this.take(files);
        return true;
      },
      handleDrop: (view, event, slice, moved) => {
        const files = [...(event.dataTransfer?.files ?? [])];
        if (moved || !files.length) return false;
        event.preventDefault();
        this.take(files, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? null);
        return true;
      },
    };
  }
}

function isPictureOnly(html) {
  if (!html) return true;
  const body = new DOMParser().parseFromString(html, "text/html").body;
  return !body.textContent.trim() && body.querySelectorAll("img").length === 1;
}
