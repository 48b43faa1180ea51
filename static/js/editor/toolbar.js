// The editor's toolbar: what its buttons do, and how one moves among them.

const HEADING = { level: 3 };

export const COMMANDS = {
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

/** One stop of the Tab key for the whole toolbar; arrows move inside it, in the direction of reading. */
export function moveWithArrows(bar) {
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

export function showState(bar, editor) {
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
