/* Bring what has arrived into the page, without moving anything the reader has opened. */
const main = document.getElementById("posts");
const status = document.querySelector("[role=status]");

async function refresh() {
  // What somebody is writing must not vanish under their hands.
  if (document.hidden || main.querySelector("details.act[open]")) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("posts");
  if (!fresh || fresh.dataset.version === main.dataset.version) return;
  const opened = new Set([...main.querySelectorAll("article:has(details[open])")].map((one) => one.dataset.id));
  const known = new Set([...main.querySelectorAll("article")].map((one) => one.dataset.id));
  for (const one of fresh.querySelectorAll("article")) {
    if (opened.has(one.dataset.id)) one.querySelector("details")?.setAttribute("open", "");
    if (!known.has(one.dataset.id)) one.classList.add("fresh");
  }
  const focused = document.activeElement?.closest("article")?.dataset.id;
  main.replaceChildren(...fresh.childNodes);
  main.dataset.version = fresh.dataset.version;
  if (focused) main.querySelector(`article[data-id="${CSS.escape(focused)}"] a`)?.focus({ preventScroll: true });
  if (main.querySelector(".fresh")) status.textContent = status.dataset.new;
}

if (main && !document.querySelector("form:not(.act form)")) setInterval(() => refresh().catch(() => {}), 2000);
