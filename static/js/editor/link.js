// The row under the editor's toolbar where a link's address is typed.

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

export function linkRow(row, toggle, getEditor) {
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
