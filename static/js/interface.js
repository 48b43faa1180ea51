// The frame's behaviour: theme, menus, the "/" shortcut, dialogs, waiting regions,
// and loading a module for the elements that name one in `data-module`.

const root = document.documentElement;

// ---- Modules on demand ----------------------------------------------------------------------------------

/** Import what `data-module` names and call its `enhance(element)` once per element. */
async function enhance(element) {
  if (element.dataset.enhanced) return;
  element.dataset.enhanced = "true";
  const module = await import(new URL(element.dataset.module, document.baseURI).href);
  module.enhance(element);
}

function enhanceAll(scope) {
  if (scope.matches?.("[data-module]")) enhance(scope);
  for (const element of scope.querySelectorAll("[data-module]")) enhance(element);
  for (const element of scope.querySelectorAll("[data-focus]")) element.focus();
  // Logs and tables that are wider than the screen can be scrolled with the arrow keys.
  for (const wide of scope.querySelectorAll(".prose pre, .prose table")) {
    if (wide.scrollWidth > wide.clientWidth && !wide.isContentEditable) wide.tabIndex = 0;
  }
}

// ---- Theme ----------------------------------------------------------------------------------------------

function showTheme() {
  const theme = root.dataset.theme ?? "";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

function chooseTheme(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    // Not remembered then; it still changes now.
  }
  showTheme();
}

function isDark() {
  return (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
}

// ---- Menus: <details class="menu"> ------------------------------------------------------------------------

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except && !menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
  const choice = event.target.closest("[data-theme-choice]");
  if (choice) chooseTheme(choice.dataset.themeChoice);
  if (event.target.closest("[data-theme-toggle]")) chooseTheme(isDark() ? "light" : "dark");
  openDialog(event);
});

document.addEventListener("focusin", (event) => {
  if (document.querySelector("details.menu[open]")) closeMenus(event.target.closest("details.menu"));
});

// ---- Keys -----------------------------------------------------------------------------------------------

function isTyping(target) {
  return target.isContentEditable || target.closest("input, textarea, select");
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = event.target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const field = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
  if (field) {
    event.preventDefault();
    field.focus();
    field.select?.();
  }
});

// ---- Dialogs: <a href="/page" data-dialog="id">; without JavaScript the link leads to the page -------------

function openDialog(event) {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    dialog.classList.remove("dialog--inline");
    dialog.showModal();
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target.matches("dialog[open]")) event.target.close();
}

// ---- htmx: CSRF, skeletons after 300 ms, modules in what was swapped in -------------------------------------

function csrfToken() {
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  return field?.value ?? document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

const waiting = new WeakMap();

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});

document.addEventListener("htmx:beforeRequest", ({ detail: { target } }) => {
  const skeleton = target?.parentElement?.querySelector(":scope > template[data-skeleton]");
  if (!skeleton) return;
  const timer = setTimeout(() => {
    target.prepend(skeleton.content.cloneNode(true));
    target.classList.add("is-waiting");
  }, 300);
  waiting.set(target, timer);
});

document.addEventListener("htmx:afterRequest", ({ detail: { target } }) => {
  if (!target || !waiting.has(target)) return;
  clearTimeout(waiting.get(target));
  waiting.delete(target);
  target.classList.remove("is-waiting");
  target.querySelector(":scope > .skeleton")?.remove();
});

document.addEventListener("htmx:load", (event) => enhanceAll(event.detail.elt));

// Unsent text kept on this device (autosave.js) does not outlive the session: computers are shared.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign-out]")) return;
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("autosave:")) localStorage.removeItem(key);
  } catch {
    // Storage is forbidden: then nothing was kept either.
  }
});

for (const group of document.querySelectorAll("[data-theme-choices]")) group.hidden = false;
showTheme();
enhanceAll(document);
