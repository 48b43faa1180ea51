// Forms: show a password, ask before something is lost, send once.

const words = JSON.parse(document.getElementById("words").textContent);

for (const toggle of document.querySelectorAll("[data-password-toggle]")) toggle.hidden = false;

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-password-toggle]");
  if (!toggle) return;
  const field = toggle.parentElement.querySelector("input");
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  toggle.textContent = shown ? words.hide : words.show;
  toggle.setAttribute("aria-pressed", String(shown));
});

/** Ask `question` in a dialog; resolves to whether the person agreed. */
function ask(question, danger, yes) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const body = Object.assign(document.createElement("p"), { className: "dialog__body", textContent: question });
  body.id = "confirm-question";
  dialog.setAttribute("aria-labelledby", body.id);
  const actions = Object.assign(document.createElement("form"), { className: "dialog__actions", method: "dialog" });
  const cancel = Object.assign(document.createElement("button"), { className: "button", textContent: words.cancel });
  const agree = Object.assign(document.createElement("button"), {
    className: `button ${danger ? "button--danger" : "button--primary"}`,
    textContent: yes || words.yes,
    value: "yes",
  });
  actions.append(cancel, agree);
  dialog.append(body, actions);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

// `data-confirm="Question?"` on a form or its submit button; htmx requests ask the same way (hx-confirm).
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const source = submitter?.dataset.confirm ? submitter : form;
  if (!source.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const danger = submitter?.classList.contains("button--danger");
  if (await ask(source.dataset.confirm, danger, submitter?.textContent.trim())) {
    form.dataset.confirmed = "true";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  } else {
    submitter?.focus();
  }
}, true);

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  const danger = event.detail.elt.classList.contains("button--danger");
  if (await ask(event.detail.question, danger)) event.detail.issueRequest(true);
});

// A form is sent once. The button stays focusable (aria-disabled), and comes back with the page.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [data-many]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "true";
  const button = event.submitter;
  setTimeout(() => {
    button?.setAttribute("aria-busy", "true");
    button?.setAttribute("aria-disabled", "true");
  });
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) {
      button.removeAttribute("aria-busy");
      button.removeAttribute("aria-disabled");
    }
  }
});
