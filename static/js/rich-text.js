// Turns the widget RichTextarea into an editor: Tiptap for the text, a toolbar of our own (in the widget's
// <template>, so its words are translated). The text area stays in the form, hidden, and carries the HTML;
// `<name>_format` says so to the server. If the editor cannot be loaded, the plain text area remains.
//
// Others on the page write into it with events on the container: `rich-text:insert` (`detail` is HTML) and
// `rich-text:focus`; it has `data-ready` and says `rich-text:ready` once it listens.

import { linkRow } from "./editor/link.js";
import { mentionNode, Mentions } from "./editor/mentions.js";
import { cleaned } from "./editor/paste.js";
import { pictureNode, Pictures } from "./editor/pictures.js";
import { COMMANDS, moveWithArrows, showState } from "./editor/toolbar.js";

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

function extensions(kit, { placeholder, onLink, people }) {
  return [
    kit.Document, kit.Paragraph, kit.Text, kit.HardBreak, kit.History, kit.Dropcursor, kit.Gapcursor,
    kit.Bold, kit.Italic, kit.Strike, kit.Underline, kit.Subscript, kit.Superscript, kit.Code, kit.CodeBlock,
    kit.Heading.configure({ levels: [2, 3, 4] }), kit.BulletList, kit.OrderedList, kit.ListItem,
    kit.Blockquote, kit.HorizontalRule, pictureNode(kit),
    kit.Table, kit.TableRow, kit.TableHeader, kit.TableCell,
    ...(people ? [mentionNode(kit)] : []),
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

/** The frame around the writing area, with the toolbar from the widget's template. */
function framed(container) {
  const frame = document.createElement("div");
  frame.className = "editor" + (container.hasAttribute("data-small") ? " editor--small" : "");
  frame.append(container.querySelector("template").content.cloneNode(true));
  const area = document.createElement("div");
  frame.append(area);
  container.prepend(frame);
  return { frame, area, bar: frame.querySelector("[role=toolbar]") };
}

export async function enhance(container) {
  const textarea = container.querySelector("textarea");
  const format = container.querySelector("[data-rich-text-format]");
  const kit = await import(new URL(container.dataset.editor, document.baseURI).href);
  const { frame, area, bar } = framed(container);

  let editor;
  const getEditor = () => editor;
  const linkButton = bar.querySelector("[data-command=link]");
  const link = linkRow(frame.querySelector("[data-link]"), linkButton, getEditor);
  const pictures = container.dataset.pictures ? new Pictures(container, frame, getEditor) : null;
  const mentions = container.dataset.people ? new Mentions(container, frame, getEditor) : null;
  const known = attributes(textarea);
  const wasFocused = document.activeElement === textarea;

  function carry() {
    format.value = "html";
    textarea.value = editor.isEmpty ? "" : editor.getHTML();
  }

  editor = new kit.Editor({
    element: area,
    injectCSS: false,
    content: format.value === "html" ? textarea.value : paragraphs(textarea.value),
    extensions: extensions(kit, { placeholder: textarea.placeholder, onLink: link.open, people: Boolean(mentions) }),
    editorProps: { attributes: known.attributes, transformPastedHTML: cleaned, ...pictures?.props, ...mentions?.props },
    autofocus: wasFocused ? "end" : false,
    onUpdate() {
      carry();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
    onTransaction() {
      showState(bar, editor);
      mentions?.look();
    },
  });
  carry();
  const original = textarea.value;
  textarea.hidden = true;
  textarea.required = false;

  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    if (button === linkButton) link.toggle();
    else if (button.dataset.command === "picture") pictures.press();
    else COMMANDS[button.dataset.command].run(editor.chain().focus()).run();
  });
  known.label?.addEventListener("click", () => editor.commands.focus());
  // Links of an error summary lead to the text area's id: bring them to the editor.
  addEventListener("hashchange", () => location.hash === `#${textarea.id}` && editor.commands.focus());
  textarea.addEventListener("restore", () => editor.commands.setContent(textarea.value, { emitUpdate: false }));
  textarea.form?.addEventListener("reset", () => editor.commands.setContent(original, { emitUpdate: true }));
  container.addEventListener("rich-text:focus", () => editor.commands.focus("end"));
  container.addEventListener("rich-text:insert", ({ detail }) => editor.chain().focus("end").insertContent(detail).run());
  moveWithArrows(bar);
  showState(bar, editor);
  container.dataset.ready = "";
  container.dispatchEvent(new Event("rich-text:ready"));
}
