// Answering on the page: "Reply" under a post takes the form there instead of opening the page anew, and a selection in
// a post can be quoted. Without this module the links work as they are. Stands on the thread:
//   <div class="thread" data-module="…/replying.js" data-quote="Quote" data-wrote="%(name)s, post %(number)s:">
// and finds the form in #reply, whose words are its own: data-answering, data-elsewhere, data-plain.

import { facts, filled } from "./post-facts.js";
import { Quoting } from "./quoting.js";

class Reply {
  constructor(section) {
    this.section = section;
    this.form = section.querySelector("form");
    this.parent = this.form.elements.namedItem("parent");
    this.title = section.querySelector("h2");
    this.drop = section.querySelector("[data-drop]");
    this.editor = section.querySelector("[data-rich-text]");
    this.drop.addEventListener("click", (event) => {
      event.preventDefault();
      this.answer(null);
      this.focus();
    });
    // A draft that is put back may answer a post, too.
    this.parent.addEventListener("restore", () => this.show());
  }

  /** Answer this post, or the question with `null`. */
  answer(post) {
    this.parent.value = post ? facts(post).id : "";
    this.parent.dispatchEvent(new Event("input", { bubbles: true }));
    this.show();
  }

  show() {
    const { answering, elsewhere, plain } = this.section.dataset;
    const id = this.parent.value;
    const link = id && document.querySelector(`.post__when[href*="${CSS.escape(id)}"]`);
    this.drop.hidden = !id;
    if (!id) this.title.textContent = plain;
    else this.title.textContent = link ? filled(answering, facts(link.closest(".post"))) : elsewhere;
  }

  /** Run when the editor is there; at once where it stays a text area. */
  whenReady(act) {
    if ("ready" in this.editor.dataset) act(true);
    else this.editor.addEventListener("rich-text:ready", () => act(true), { once: true });
  }

  focus() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.section.scrollIntoView({ behavior: calm ? "auto" : "smooth" });
    this.section.querySelector("textarea:not([hidden])")?.focus({ preventScroll: true });
    this.whenReady(() => this.editor.dispatchEvent(new Event("rich-text:focus")));
  }

  quote(html) {
    this.whenReady(() => {
      this.editor.dispatchEvent(new CustomEvent("rich-text:insert", { detail: html }));
      this.section.scrollIntoView({ block: "nearest" });
    });
  }
}

export function enhance(thread) {
  const section = document.querySelector("#reply");
  if (!section) return; // nobody can write here
  const reply = new Reply(section);
  // The button that leads to the form is in the way once the form is in sight.
  const jump = document.querySelector(".reply-jump");
  new IntersectionObserver(([entry]) => {
    if (jump) jump.hidden = entry.isIntersecting;
  }).observe(section);
  thread.addEventListener("click", (event) => {
    const link = event.target.closest('.post__bar a[href^="?answer="]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    reply.answer(link.closest(".post"));
    reply.focus();
  });
  new Quoting(thread, (post, html) => {
    if (Number(facts(post).number) > 1) reply.answer(post);
    reply.focus();
    reply.quote(html);
  });
}
