// Quoting: who selects text in a post is offered a button beside it; `q` does the same from the keyboard.

import { facts, filled } from "./post-facts.js";

const BLOCKS = "p, ul, ol, pre, blockquote, table, h2, h3, h4, hr, li, td, th, tr";

export class Quoting {
  /** `take(post, html)` gets the post and the quotation. */
  constructor(thread, take) {
    this.thread = thread;
    this.take = take;
    this.button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "button button--small quote-button no-print",
      textContent: thread.dataset.quote,
      hidden: true,
    });
    this.button.setAttribute("aria-keyshortcuts", "q");
    this.button.title = `${thread.dataset.quote} (q)`;
    thread.append(this.button);
    // Pressing a button would otherwise take the selection away first.
    this.button.addEventListener("pointerdown", (event) => event.preventDefault());
    this.button.addEventListener("click", () => this.quote());
    document.addEventListener("selectionchange", () => this.later());
    document.addEventListener("keydown", (event) => {
      if (event.key !== "q" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest?.("input, textarea, select, [contenteditable=true]") || !this.chosen()) return;
      event.preventDefault();
      this.quote();
    });
  }

  /** What is selected, if it lies in the text of one post. */
  chosen() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed || !selection.toString().trim()) return null;
    const range = selection.getRangeAt(0);
    const inside = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest(".post__text");
    const text = inside(range.startContainer);
    if (!text || !this.thread.contains(text)) return null;
    // Dragging past the last line ends in what stands below: the text itself is meant.
    if (inside(range.endContainer) !== text) {
      if (!inside(range.commonAncestorContainer) && !text.closest(".post").contains(range.endContainer)) return null;
      range.setEndAfter(text.lastChild);
    }
    return { range, post: text.closest(".post") };
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), 150);
  }

  show() {
    const found = this.chosen();
    this.button.hidden = !found;
    if (!found) return;
    const lines = found.range.getClientRects();
    const last = lines[lines.length - 1];
    const thread = this.thread.getBoundingClientRect();
    if (!last) return;
    const left = Math.min(last.right - thread.left, thread.width - this.button.offsetWidth);
    this.button.style.left = `${Math.max(0, left)}px`;
    this.button.style.top = `${last.bottom - thread.top + 6}px`;
  }

  quote() {
    const found = this.chosen();
    if (!found) return;
    const { range, post } = found;
    const about = facts(post);
    const quotation = document.createElement("blockquote");
    const source = document.createElement("p");
    source.append(Object.assign(document.createElement("a"), { href: about.address, textContent: filled(this.thread.dataset.wrote, about) }));
    quotation.append(source, ...plainer(range.cloneContents()));
    getSelection().removeAllRanges();
    this.button.hidden = true;
    this.take(post, `${quotation.outerHTML}<p></p>`);
  }
}

/** The selection as blocks. Pictures belong to their own post, and who was mentioned there is not mentioned again. */
function plainer(fragment) {
  for (const card of fragment.querySelectorAll(".link-card")) {
    const link = card.querySelector("a");
    card.replaceWith(Object.assign(document.createElement("p"), { textContent: link?.href ?? "" }));
  }
  for (const image of fragment.querySelectorAll("img")) (image.closest("a.picture") ?? image).replaceWith(image.alt);
  for (const mention of fragment.querySelectorAll("a.mention")) mention.replaceWith(mention.textContent);
  const box = document.createElement("div");
  box.append(fragment);
  const items = [...box.children].filter((child) => child.localName === "li");
  if (items.length) {
    const list = document.createElement("ul");
    items[0].before(list);
    list.append(...items);
  }
  if ([...box.children].some((child) => child.matches(BLOCKS))) return [...box.childNodes];
  const paragraph = document.createElement("p");
  paragraph.append(...box.childNodes);
  return [paragraph];
}
