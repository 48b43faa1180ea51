// Sets the remembered theme before the first paint. Loaded in the head, blocking, on purpose: tiny.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  document.documentElement.classList.add("has-script");
})();
