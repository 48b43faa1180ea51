// The page for a story that does not exist yet: once the first save has made the draft, this page becomes its
// first page, so that a reload, Next or a bookmark all lead to the draft and never make a second one.

document.addEventListener("autosave:saved", (event) => {
  const address = event.detail?.edit_url;
  if (!address || location.pathname === address) return;
  event.target.action = address;
  event.target.dataset.autosaveUrl = address;
  history.replaceState(history.state, "", address);
});
