// What every page needs: the company's menu closes as people expect, results are spoken, htmx carries the CSRF token.

const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = cookie("csrftoken");
});

// An answer that says where its words belong is shown there, whatever its code: what is typed on the page stays.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400 && event.detail.xhr.getResponseHeader("HX-Retarget")) event.detail.shouldSwap = true;
});

// A form is sent once: the button says that it is busy and a second press does nothing.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.dataset.sent) return event.target.dataset.sent && event.preventDefault();
  if (event.target.method !== "post" || event.target.closest("[hx-post],[data-again]")) return;
  event.target.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}));

const house = document.getElementById("house");
if (house) {
  document.addEventListener("click", (event) => { if (house.open && !house.contains(event.target)) house.open = false; });
  house.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !house.open) return;
    house.open = false;
    house.querySelector("summary").focus();
  });
  house.addEventListener("focusout", (event) => { if (event.relatedTarget && !house.contains(event.relatedTarget)) house.open = false; });
}

// What stands in a live region when the page opens is not spoken: put it back once the page is there.
class Said extends HTMLElement {
  connectedCallback() {
    const words = [...this.children];
    if (!words.length) return;
    setTimeout(() => this.replaceChildren(...words), 150);
  }
}
customElements.define("parvis-said", Said);
