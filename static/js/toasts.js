// Toasts: those the page came with, and those other modules ask for with
// `document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }))`; htmx answers may send them
// with the header `HX-Trigger: {"toast": {"text": "…", "kind": "success"}}`.

const words = JSON.parse(document.getElementById("words").textContent);
const region = document.querySelector("[data-toasts]");
const SHOWN_MS = 8000;

function prepare(toast) {
  toast.querySelector("[data-toast-close]").hidden = false;
  // What went wrong stays until it is closed; good news leaves by itself unless somebody is reading it.
  if (toast.matches(".toast--error, .toast--warning")) return;
  const leave = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, 1000);
    else toast.remove();
  };
  setTimeout(leave, SHOWN_MS);
}

function show({ text, kind = "success" }) {
  const toast = Object.assign(document.createElement("div"), { className: `toast toast--${kind}` });
  toast.dataset.toast = "";
  const close = Object.assign(document.createElement("button"), {
    className: "toast__close",
    type: "button",
    textContent: "×",
  });
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", words.close);
  toast.append(Object.assign(document.createElement("p"), { className: "toast__text", textContent: text }), close);
  region.append(toast);
  prepare(toast);
}

for (const toast of region?.querySelectorAll("[data-toast]") ?? []) prepare(toast);

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove();
});
document.addEventListener("toast", (event) => show(event.detail));
for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => show({ text: words.failed, kind: "error" }));
}
