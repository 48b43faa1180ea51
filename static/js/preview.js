// "Preview" beside a form's button: shows the text as it will stand, without leaving the page. On the button:
//   <button name="preview" value="1" data-module="…/preview.js" data-preview="/forums/preview/" data-failed="…">
// The form has a region [data-preview-region] for it. Without this module the button opens the form again with it.

export function enhance(button) {
  const { form } = button;
  const region = form.querySelector("[data-preview-region]");

  async function show() {
    const fields = new FormData(form);
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "body", "body_format"]) body.append(name, fields.get(name) ?? "");
    const answer = await fetch(button.dataset.preview, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { "X-CSRFToken": fields.get("csrfmiddlewaretoken") ?? "" },
    });
    if (!answer.ok && answer.status !== 400) throw new Error(String(answer.status));
    region.innerHTML = await answer.text(); // sanitised by the server, under the page's policy
  }

  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.setAttribute("aria-busy", "true");
    try {
      await show();
    } catch {
      region.textContent = button.dataset.failed;
    }
    button.removeAttribute("aria-busy");
    region.scrollIntoView({ block: "nearest" });
  });
}
