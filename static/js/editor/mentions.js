// @mentions: typing @ and the beginning of a name suggests people; arrows choose, Enter or Tab inserts, Escape leaves.
// What is inserted is a link to the person with their id, which the server knows again (forums/mentions.py).

const TYPED = /(?:^|[\s(])@([\p{L}\p{N}][\p{L}\p{N}'’.-]{0,24}(?: [\p{L}\p{N}'’.-]{0,24})?)$/u;
const ID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
const WAIT_MS = 120;

export function mentionNode(kit) {
  return kit.Node.create({
    name: "mention",
    group: "inline",
    inline: true,
    atom: true,
    selectable: false,
    priority: 1100,
    parseHTML: () => [{
      tag: "a.mention[data-person]",
      priority: 60,
      getAttrs: (link) => (ID.test(link.dataset.person) ? null : false),
    }],
    addAttributes: () => ({
      id: { default: "", parseHTML: (link) => link.dataset.person, rendered: false },
      label: { default: "", parseHTML: (link) => link.textContent.replace(/^@/, ""), rendered: false },
    }),
    renderHTML: ({ node: { attrs } }) => [
      "a", { class: "mention", "data-person": attrs.id, href: `/people/${attrs.id}/` }, `@${attrs.label}`,
    ],
    renderText: ({ node }) => `@${node.attrs.label}`,
  });
}

export class Mentions {
  constructor(container, frame, getEditor) {
    this.url = container.dataset.people;
    this.words = container.dataset;
    this.getEditor = getEditor;
    this.list = frame.querySelector("[data-people]");
    this.status = frame.querySelector("[data-people-status]");
    this.list.id = `${container.querySelector("textarea").id}_people`;
    this.people = [];
    this.asked = "";
    // Not "click": the editor would lose the keyboard first.
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.insert(Number(option.dataset.index));
    });
  }

  /** After each change of text or place: is somebody being mentioned? */
  look() {
    const { selection } = this.getEditor().state;
    const { $from } = selection;
    const before = $from.parent.textBetween(0, $from.parentOffset, "\n", "\ufffc");
    const found = selection.empty && !$from.parent.type.spec.code && TYPED.exec(before);
    if (!found) {
      this.close();
      return;
    }
    this.typed = found[1];
    if (this.typed === this.asked) return;
    this.asked = this.typed;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(this.typed), WAIT_MS);
  }

  async ask(typed) {
    const answer = await fetch(`${this.url}?${new URLSearchParams({ search: typed, page_size: "6" })}`, {
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    }).catch(() => null);
    if (typed !== this.asked) return; // more was typed meanwhile
    this.people = answer?.ok ? (await answer.json()).results : [];
    if (typed === this.asked) this.show();
  }

  show() {
    this.list.replaceChildren(...this.people.map((person, index) => {
      const option = document.createElement("li");
      option.role = "option";
      option.id = `${this.list.id}_${index}`;
      option.dataset.index = index;
      const name = Object.assign(document.createElement("bdi"), { textContent: nameOf(person) });
      const company = Object.assign(document.createElement("bdi"), { textContent: person.organization?.name ?? "" });
      company.className = "muted";
      option.append(name, company);
      return option;
    }));
    if (!this.people.length) {
      this.close();
      return;
    }
    this.list.hidden = false;
    this.place();
    this.choose(0);
    this.status.textContent = this.words.peopleFound.replace("%s", this.people.length);
  }

  /** Under the @, within the frame. */
  place() {
    const { view, state } = this.getEditor();
    const at = view.coordsAtPos(state.selection.from - this.typed.length - 1);
    const frame = this.list.offsetParent.getBoundingClientRect();
    const left = Math.min(at.left - frame.left, frame.width - this.list.offsetWidth - 4);
    this.list.style.left = `${Math.max(4, left)}px`;
    this.list.style.top = `${at.bottom - frame.top + 4}px`;
  }

  choose(index) {
    this.chosen = (index + this.people.length) % this.people.length;
    for (const [number, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(number === this.chosen));
    }
    const { dom } = this.getEditor().view;
    dom.setAttribute("aria-controls", this.list.id);
    dom.setAttribute("aria-activedescendant", `${this.list.id}_${this.chosen}`);
  }

  close() {
    clearTimeout(this.timer);
    this.asked = "";
    if (this.list.hidden) return;
    this.list.hidden = true;
    this.status.textContent = "";
    this.getEditor().view.dom.removeAttribute("aria-activedescendant");
  }

  insert(index) {
    const person = this.people[index];
    const { from } = this.getEditor().state.selection;
    const range = { from: from - this.typed.length - 1, to: from };
    const node = { type: "mention", attrs: { id: person.id, label: nameOf(person) } };
    this.close();
    this.getEditor().chain().focus().insertContentAt(range, [node, { type: "text", text: " " }]).run();
  }

  get props() {
    return {
      handleKeyDown: (view, event) => {
        if (this.list.hidden || event.isComposing) return false;
        const acts = {
          ArrowDown: () => this.choose(this.chosen + 1),
          ArrowUp: () => this.choose(this.chosen - 1),
          Enter: () => this.insert(this.chosen),
          Tab: () => this.insert(this.chosen),
          Escape: () => {
            const { asked } = this;
            this.close();
            this.asked = asked; // not again before something else is typed
          },
        };
        const act = acts[event.key];
        if (!act) return false;
        event.preventDefault();
        event.stopPropagation();
        act();
        return true;
      },
      handleDOMEvents: { blur: () => (this.close(), false) },
    };
  }
}

function nameOf(person) {
  return `${person.first_name} ${person.last_name}`.trim();
}
