// Turns <input data-tags data-module="…/tags.js"> (words parted by commas) into tags one can remove.
// The input itself stays in the form, hidden, and keeps carrying the value.

const words = JSON.parse(document.getElementById("words").textContent);

/** Words parted by commas, Latin or Arabic. */
function parse(text) {
  return text.split(/[,،]/).map((tag) => tag.trim()).filter(Boolean);
}

export function enhance(input) {
  const limit = Number(input.dataset.tags) || Infinity;
  const box = Object.assign(document.createElement("div"), { className: "tag-input" });
  const entry = Object.assign(document.createElement("input"), { type: "text", id: input.id, autocomplete: "off" });
  entry.setAttribute("aria-describedby", input.getAttribute("aria-describedby") ?? "");
  entry.placeholder = input.placeholder;
  if (input.getAttribute("list")) entry.setAttribute("list", input.getAttribute("list"));
  if (input.required && !input.value) entry.required = true;
  input.removeAttribute("id");
  input.required = false;
  let tags = parse(input.value);

  function draw() {
    for (const old of box.querySelectorAll(".tag")) old.remove();
    for (const tag of tags) {
      const chip = Object.assign(document.createElement("span"), { className: "tag" });
      const name = Object.assign(document.createElement("bdi"), { textContent: tag });
      const remove = Object.assign(document.createElement("button"), {
        className: "tag__remove",
        type: "button",
        textContent: "×",
      });
      remove.setAttribute("aria-label", words.removeTag.replace("%s", tag));
      remove.addEventListener("click", () => {
        tags = tags.filter((other) => other !== tag);
        save();
        entry.focus();
      });
      chip.append(name, remove);
      entry.before(chip);
    }
    entry.hidden = tags.length >= limit;
  }

  function save() {
    input.value = tags.join(", ");
    input.dispatchEvent(new Event("input", { bubbles: true }));
    draw();
  }

  function take() {
    const found = parse(entry.value);
    entry.value = "";
    if (!found.length) return;
    const known = new Set(tags.map((tag) => tag.toLocaleLowerCase()));
    tags = [...tags, ...found.filter((tag) => !known.has(tag.toLocaleLowerCase()))].slice(0, limit);
    entry.required = false;
    save();
  }

  entry.addEventListener("keydown", (event) => {
    if (["Enter", ",", "،"].includes(event.key) && !event.isComposing) {
      if (event.key === "Enter" && !entry.value.trim()) return;
      event.preventDefault();
      take();
    } else if (event.key === "Backspace" && !entry.value && tags.length) {
      tags = tags.slice(0, -1);
      save();
    }
  });
  entry.addEventListener("input", (event) => event.stopPropagation());
  entry.addEventListener("change", take);
  box.addEventListener("click", (event) => event.target === box && entry.focus());
  input.form?.addEventListener("submit", take);
  input.addEventListener("restore", () => {
    tags = parse(input.value);
    draw();
  });

  input.before(box);
  box.append(entry);
  input.type = "hidden";
  draw();
}
