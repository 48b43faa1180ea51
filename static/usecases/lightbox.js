// Shows the pictures of a gallery one at a time, on the page, in a native dialog. On the list:
//   data-module="{% static 'usecases/lightbox.js' %}" data-lightbox="<id of the dialog>"
// Its links with data-picture lead to the large pictures, which is what they do without this module.
// Arrow keys, Home and End go from one to the next; Escape closes and the focus is back on the picture last looked at.

class Lightbox {
  constructor(list) {
    this.dialog = document.getElementById(list.dataset.lightbox);
    this.links = [...list.querySelectorAll("[data-picture]")];
    this.picture = this.dialog.querySelector("[data-shown]");
    this.caption = this.dialog.querySelector("[data-caption]");
    this.place = this.dialog.querySelector("[data-place]");
    this.steps = [...this.dialog.querySelectorAll("[data-step]")];
    this.at = 0;
    this.listen();
    list.dataset.ready = "true";
  }

  listen() {
    this.links.forEach((link, number) => {
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab, as with any link
        event.preventDefault();
        this.show(number);
        this.dialog.showModal();
      });
    });
    for (const button of this.steps) button.addEventListener("click", () => this.show(this.at + Number(button.dataset.step)));
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("keydown", (event) => this.pressed(event));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => {
      this.picture.removeAttribute("src");
      this.links[this.at].focus();
    });
  }

  pressed(event) {
    const forward = getComputedStyle(this.dialog).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const target = { [forward]: this.at + 1, [backward]: this.at - 1, Home: 0, End: this.links.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.show(target);
  }

  show(number) {
    if (number < 0 || number >= this.links.length) return;
    this.at = number;
    const link = this.links[number];
    this.picture.src = link.href;
    this.picture.alt = link.querySelector("img").alt;
    this.caption.textContent = link.closest("figure").querySelector("figcaption [dir]")?.textContent ?? "";
    this.place.textContent = this.place.dataset.words
      .replace("%(number)s", String(number + 1))
      .replace("%(count)s", String(this.links.length));
    for (const button of this.steps) {
      const target = number + Number(button.dataset.step);
      const over = target < 0 || target >= this.links.length;
      button.setAttribute("aria-disabled", String(over)); // stays where the focus may be
    }
  }
}

export function enhance(list) {
  return new Lightbox(list);
}
