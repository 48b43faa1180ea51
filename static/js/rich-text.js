// Turns the widget RichTextarea into an editor: Tiptap for the text, a toolbar of our own (in the widget's
// <template>, so its words are translated). The text area stays in the form, hidden, and carries the HTML;
// `<name>_format` says so to the server. If the editor cannot be loaded, the plain text area remains.

const HEADING = { level: 3 };

const COMMANDS = {
  bold: { run: (chain) => chain.toggleBold(), on: "bold" },
  italic: { run: (chain) => chain.toggleItalic(), on: "italic" },
  heading: { run: (chain) => chain.toggleHeading(HEADING), on: "heading" },
  bulletList: { run: (chain) => chain.toggleBulletList(), on: "bulletList" },
  orderedList: { run: (chain) => chain.toggleOrderedList(), on: "orderedList" },
  blockquote: { run: (chain) => chain.toggleBlockquote(), on: "blockquote" },
  code: { run: (chain) => chain.toggleCode(), on: "code" },
  codeBlock: { run: (chain) => chain.toggleCodeBlock(), on: "codeBlock" },
  table: { run: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }) },
  addRow: { run: (chain) => chain.addRowAfter() },
  addColumn: { run: (chain) => chain.addColumnAfter() },
  deleteTable: { run: (chain) => chain.deleteTable() },
  undo: { run: (chain) => chain.undo() },
  redo: { run: (chain) => chain.redo() },
};

/** Plain text as the paragraphs the server would make of it. */
function paragraphs(text) {
  const box = document.createElement("div");
  for (const block of text.split(/\n\s*\n/).filter((part) => part.trim())) {
    const paragraph = document.createElement("p");
    block.split("\n").forEach((line, index) => {
      if (index) paragraph.append(document.createElement("br"));
      paragraph.append(line);
    });
    box.append(paragraph);
  }
  return box.innerHTML;
}

/** The address somebody typed, made absolute; "" when it is not one we link to. */
function address(typed) {
  const text = typed.trim();
  if (!text) return "";
  if (/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(text)) return `mailto:${text}`;
  try {
    const url = new URL(/^[a-z][a-z\d+.-]*:/i.test(text) ? text : `https://${text}`);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

function extensions(kit, { placeholder, onLink }) {
  return [
    kit.Document, kit.Paragraph, kit.Text, kit.HardBreak, kit.History, kit.Dropcursor, kit.Gapcursor,
    kit.Bold, kit.Italic, kit.Strike, kit.Underline, kit.Subscript, kit.Superscript, kit.Code, kit.CodeBlock,
    kit.Heading.configure({ levels: [2, 3, 4] }), kit.BulletList, kit.OrderedList, kit.ListItem,
    kit.Blockquote, kit.HorizontalRule, kit.Image,
    kit.Table, kit.TableRow, kit.TableHeader, kit.TableCell,
    kit.Placeholder.configure({ placeholder }),
    kit.Link.extend({
      addKeyboardShortcuts: () => ({ "Mod-k": () => (onLink(), true) }),
    }).configure({ openOnClick: false, autolink: true, defaultProtocol: "https", enableTarget: false }),
  ];
}

/** What assistive technology needs to know, taken over from the text area. */
function attributes(textarea) {
  const label = document.querySelector(`label[for="${CSS.escape(textarea.id)}"]`);
  const found = { role: "textbox", "aria-multiline": "true", class: "prose", dir: "auto", tabindex: "0" };
  if (label) {
    label.id ||= `${textarea.id}_label`;
    found["aria-labelledby"] = label.id;
  }
  for (const name of ["aria-describedby", "aria-invalid", "aria-label", "spellcheck"]) {
    if (textarea.hasAttribute(name)) found[name] = textarea.getAttribute(name);
  }
  if (textarea.required) found["aria-required"] = "true";
  return { attributes: found, label };
}

/** One stop of the Tab key for the whole toolbar; arrows move inside it, in the direction of reading. */
function moveWithArrows(bar) {
  const buttons = () => [...bar.querySelectorAll("button")].filter((button) => button.offsetParent);
  bar.addEventListener("keydown", (event) => {
    const all = buttons();
    const forward = getComputedStyle(bar).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const here = all.indexOf(document.activeElement);
    const step = { [forward]: here + 1, [back]: here - 1, Home: 0, End: all.length - 1 }[event.key];
    if (step === undefined || here < 0) return;
    event.preventDefault();
    all[(step + all.length) % all.length].focus();
  });
  bar.addEventListener("focusin", (event) => {
    for (const button of bar.querySelectorAll("button")) button.tabIndex = button === event.target ? 0 : -1;
  });
  buttons().forEach((button, index) => {
    button.tabIndex = index ? -1 : 0;
  });
}

function showState(bar, editor) {
  for (const button of bar.querySelectorAll("[data-command]")) {
    const name = button.dataset.command;
    const command = COMMANDS[name];
    if (command?.on) button.setAttribute("aria-pressed", String(editor.isActive(command.on)));
    if (name === "link") button.setAttribute("aria-pressed", String(editor.isActive("link")));
    if (name === "undo" || name === "redo") {
      button.setAttribute("aria-disabled", String(!editor.can()[name]()));
    }
  }
  bar.querySelector("[data-table-tools]").hidden = !editor.isActive("table");
}

/** The row under the toolbar where a link's address is typed. */
function linkRow(row, toggle, getEditor) {
  const field = row.querySelector("input");

  function open() {
    row.hidden = false;
    toggle.setAttribute("aria-expanded", "true");
    field.value = getEditor().getAttributes("link").href ?? "";
    field.focus();
    field.select();
  }

  function close() {
    row.hidden = true;
    toggle.setAttribute("aria-expanded", "false");
    getEditor().commands.focus();
  }

  function set() {
    const href = address(field.value);
    if (!href) {
      field.setAttribute("aria-invalid", "true");
      field.focus();
      return;
    }
    field.removeAttribute("aria-invalid");
    const editor = getEditor();
    const chain = editor.chain().focus();
    if (editor.state.selection.empty && !editor.isActive("link")) {
      chain.insertContent({ type: "text", text: field.value.trim(), marks: [{ type: "link", attrs: { href } }] }).run();
    } else {
      chain.extendMarkRange("link").setLink({ href }).run();
    }
    close();
  }

  row.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && event.target === field) {
      event.preventDefault();
      set();
    }
  });
  row.querySelector("[data-link-set]").addEventListener("click", set);
  row.querySelector("[data-link-remove]").addEventListener("click", () => {
    getEditor().chain().focus().extendMarkRange("link").unsetLink().run();
    close();
  });
  return { open, toggle: () => (row.hidden ? open() : close()) };
}

export async function enhance(container) {
  const textarea = container.querySelector("textarea");
  const format = container.querySelector("[data-rich-text-format]");
  const kit = await import(new URL(container.dataset.editor, document.baseURI).href);

  const frame = document.createElement("div");
  frame.className = "editor" + (container.hasAttribute("data-small") ? " editor--small" : "");
  frame.append(container.querySelector("template").content.cloneNode(true));
  const bar = frame.querySelector("[role=toolbar]");
  const area = document.createElement("div");
  frame.append(area);
  container.prepend(frame);

  let editor;
  const linkButton = bar.querySelector("[data-command=link]");
  const link = linkRow(frame.querySelector("[data-link]"), linkButton, () => editor);
  const known = attributes(textarea);
  const wasFocused = document.activeElement === textarea;

  editor = new kit.Editor({
    element: area,
    injectCSS: false,
    content: format.value === "html" ? textarea.value : paragraphs(textarea.value),
    extensions: extensions(kit, { placeholder: textarea.placeholder, onLink: link.open }),
    editorProps: { attributes: known.attributes },
    autofocus: wasFocused ? "end" : false,
    onUpdate() {
      format.value = "html";
      textarea.value = editor.isEmpty ? "" : editor.getHTML();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
    onTransaction() {
      showState(bar, editor);
    },
  });
  format.value = "html";
  textarea.value = editor.isEmpty ? "" : editor.getHTML();
  textarea.hidden = true;
  textarea.required = false;

  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    if (button === linkButton) link.toggle();
    else COMMANDS[button.dataset.command].run(editor.chain().focus()).run();
  });
  known.label?.addEventListener("click", () => editor.commands.focus());
  // Links of an error summary lead to the text area's id: bring them to the editor.
  addEventListener("hashchange", () => location.hash === `#${textarea.id}` && editor.commands.focus());
  textarea.addEventListener("restore", () => editor.commands.setContent(textarea.value, { emitUpdate: false }));
  textarea.form?.addEventListener("reset", () => editor.commands.setContent("", { emitUpdate: true }));
  moveWithArrows(bar);
  showState(bar, editor);
  container.dataset.ready = "";
  container.dispatchEvent(new Event("rich-text:ready"));
}
