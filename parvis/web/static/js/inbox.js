// <parvis-inbox>: the list and a conversation side by side, by keys as well; drafts keep themselves, colleagues are seen, ready answers are found by
// typing « / ». Without this file every link and every button works, each on a page of its own.

const SAVE_MS = 900;
const BEAT_MS = 5000;
const LIST_MS = 15000;
const desk = window.matchMedia("(min-width: 48rem)");

class Inbox extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const life = { signal: this.stop.signal };
    this.column = this.querySelector(".convos");
    this.addEventListener("click", (event) => this.clicked(event), life);
    this.addEventListener("input", (event) => this.typed(event), life);
    this.addEventListener("focusout", (event) => { if (event.target === this.words) this.keep(); }, life);
    this.addEventListener("toggle", (event) => this.opened(event), { ...life, capture: true });
    this.addEventListener("htmx:confirm", (event) => this.first(event), life);
    this.addEventListener("htmx:afterSwap", (event) => this.swapped(event), life);
    document.addEventListener("keydown", (event) => this.key(event), life);
    window.addEventListener("popstate", () => location.reload(), life);
    window.addEventListener("pagehide", () => this.leave(), life);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.beat(); }, life);
    if ("empty" in this.column.dataset && desk.matches) this.fill();
    this.beats = setInterval(() => this.beat(), BEAT_MS);
    this.lists = setInterval(() => this.freshen(), LIST_MS);
    this.ready();
    document.querySelectorAll("[data-keys]").forEach((button) => { button.hidden = false; button.onclick = () => this.help(); });
  }

  disconnectedCallback() {
    this.stop.abort();
    clearInterval(this.beats);
    clearInterval(this.lists);
    clearTimeout(this.saving);
  }

  get talk() { return this.querySelector("#reply"); }
  get words() { return this.querySelector("#words"); }
  get lines() { return [...this.querySelectorAll(".convo")]; }

  // The conversation has just been drawn. What was typed before this file had come is not kept yet.
  ready() {
    this.saved = this.words?.defaultValue ?? "";
    if (this.words && this.words.value !== this.saved) this.saving = setTimeout(() => this.keep(), SAVE_MS);
    const box = this.querySelector("#messages");
    if (box) box.scrollTop = box.scrollHeight;
    this.lines.forEach((line) => line.toggleAttribute("aria-current", line.dataset.talk === this.talk?.dataset.talk));
    this.querySelector(".convo[aria-current]")?.setAttribute("aria-current", "true");
    if (this.talk) this.beat();
  }

  swapped(event) {
    if (event.target.id === "open") {
      this.ready();
      this.freshen();
      // The answer has gone its way: the keys walk on from the head of the conversation.
      if (document.activeElement === this.words && !this.words.value) this.querySelector(".top h2").focus();
    }
    const listed = this.querySelector("[data-listed]")?.dataset.listed;
    if (event.target.id === "rows") {
      this.querySelectorAll(".tabs [data-tab]").forEach((tab) => (tab.dataset.tab === listed ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current")));
      this.lines.find((line) => line.dataset.talk === this.talk?.dataset.talk)?.setAttribute("aria-current", "true");
    }
  }

  clicked(event) {
    const ready = event.target.closest("button[data-ready]");
    if (ready && this.words) { event.preventDefault(); event.stopPropagation(); this.use(ready.getAttribute("formaction")); return; }
    const line = event.target.closest(".convo");
    if (!line || !desk.matches || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.go(line);
  }

  async go(line) {
    await this.keep();
    await this.leave();
    this.classList.add("is-open");
    history.pushState(null, "", line.href);
    await window.htmx.ajax("GET", line.href, { target: "#open", swap: "innerHTML" });
    this.querySelector(".top h2")?.focus();
  }

  fill() { window.htmx.ajax("GET", this.listed(), { target: ".convos", swap: "innerHTML" }).then(() => this.ready()); }

  listed() {
    const url = new URL(this.column.dataset.column, location.href);
    url.searchParams.set("column", "1");
    return url.href;
  }

  // The list is drawn anew now and then, unless somebody is in it.
  async freshen() {
    if (document.hidden || this.column.contains(document.activeElement) || !desk.matches && this.talk || this.column.querySelector("#filters form")) return;
    const top = this.column.scrollTop;
    const url = this.column.querySelector("#q")?.value ? null : this.listed();
    if (!url) return;
    await window.htmx.ajax("GET", url, { target: ".convos", swap: "innerHTML" });
    this.column.scrollTop = top;
    this.lines.find((line) => line.dataset.talk === this.talk?.dataset.talk)?.setAttribute("aria-current", "true");
  }

  // ---- what is being written

  typed(event) {
    if (event.target.id !== "words") return;
    this.writing = Date.now();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.keep(), SAVE_MS);
    this.find();
  }

  body(...names) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.talk.querySelector("[name=csrfmiddlewaretoken]").value);
    names.forEach((name) => body.set(name, this.talk.elements[name]?.value ?? ""));
    return body;
  }

  async keep() {
    clearTimeout(this.saving);
    const [talk, words] = [this.talk, this.words];
    if (!words || words.value === this.saved) return;
    const sent = words.value;
    try {
      const answer = await fetch(talk.dataset.draft, { method: "POST", body: this.body("words"), headers: { "X-Words": "1" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      if (talk === this.talk) { this.saved = sent; this.querySelector("#kept").innerHTML = await answer.text(); }
    } catch { this.querySelector("#kept").textContent = talk.dataset.lost; this.saving = setTimeout(() => this.keep(), BEAT_MS); }
  }

  // Everything written is kept before a part of the page is drawn anew.
  first(event) {
    if (!this.talk?.contains(event.target) || event.target.closest("[hx-trigger]")) return;
    event.preventDefault();
    this.keep().then(() => event.detail.issueRequest(true));
  }

  // ---- ready answers

  put(text, from, to) {
    this.words.setRangeText(text, from, to, "end");
    this.words.focus();
    this.words.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async use(url, from, to) {
    const answer = await fetch(url, { method: "POST", body: this.body(), headers: { "X-Words": "1" } });
    if (answer.ok && !answer.redirected) this.put(await answer.text(), from ?? this.words.selectionStart, to ?? this.words.selectionEnd);
  }

  // « /hor » finds the answers kept ready by their name.
  async find() {
    const before = this.words.value.slice(0, this.words.selectionStart);
    const asked = before.match(/(?:^|\s)\/([\p{L}\p{N}]{0,20})$/u);
    if (!asked) { this.turn = null; this.querySelector(".found")?.remove(); return; }
    const at = before.length - asked[1].length - 1;
    const turn = this.turn = {};
    const answer = await fetch(`${this.talk.dataset.ready}?q=${encodeURIComponent(asked[1])}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected || this.words.value.slice(at, at + asked[1].length + 1) !== `/${asked[1]}`) return;
    const found = await answer.text();
    if (turn !== this.turn) return;
    this.querySelector(".found")?.remove();
    this.words.insertAdjacentHTML("beforebegin", found);
    this.querySelectorAll(".found [role=option]").forEach((option) => {
      option.onclick = (event) => { event.preventDefault(); this.choose(option, at); };
    });
    this.querySelector(".found [role=option]")?.setAttribute("aria-selected", "true");
  }

  choose(option, at) {
    const end = this.words.selectionStart;
    this.querySelector(".found")?.remove();
    this.use(option.dataset.url, at, end);
  }

  among(event) {
    const options = [...this.querySelectorAll(".found [role=option]")];
    if (!options.length || event.target !== this.words) return false;
    const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") { this.querySelector(".found").remove(); } else if (event.key === "Enter" || event.key === "Tab") {
      const slash = this.words.value.lastIndexOf("/", this.words.selectionStart - 1);
      this.choose(options[Math.max(0, now)], slash);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = (now + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
      options.forEach((option, place) => option.setAttribute("aria-selected", place === next ? "true" : "false"));
    } else return false;
    event.preventDefault();
    return true;
  }

  // ---- who else is there, what came meanwhile

  async beat() {
    const talk = this.talk;
    if (!talk || document.hidden) return;
    const body = this.body();
    if (this.writing && Date.now() - this.writing < 8000) body.set("writing", "1");
    try {
      const answer = await fetch(talk.dataset.here, { method: "POST", body });
      if (!answer.ok || answer.redirected || talk !== this.talk) return;
      const signs = this.querySelector("#signs");
      const fresh = await answer.text();
      const was = signs.dataset.html;
      if (was !== fresh) { signs.innerHTML = fresh; signs.dataset.html = fresh; }
      const stamp = signs.querySelector("[data-stamp]")?.dataset.stamp;
      if (stamp && stamp !== talk.dataset.stamp) this.renew(talk);
    } catch { /* the next beat tries again */ }
  }

  // Something came, or left: the messages are drawn anew, what is being written is not touched.
  async renew(talk) {
    const answer = await fetch(talk.dataset.to, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected || talk !== this.talk) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#messages");
    const box = this.querySelector("#messages");
    if (!fresh || !box || box.querySelector("details[open]")) return;
    const low = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
    box.replaceChildren(...fresh.childNodes);
    talk.dataset.stamp = page.querySelector("#reply").dataset.stamp;
    this.answersNewest(talk, page);
    if (low) box.scrollTop = box.scrollHeight;
  }

  // Unless a message was chosen, the newest is what an answer answers.
  answersNewest(talk, page) {
    const [own, fresh] = [talk.elements.answers, page.querySelector("#reply [name=answers]")];
    if (!own || !fresh || "chosen" in own.dataset) return;
    own.value = fresh.value;
    talk.querySelector(".answering")?.replaceWith(...page.querySelectorAll("#reply .answering"));
  }

  async leave() {
    clearTimeout(this.saving);
    if (!this.talk) return;
    const send = (url, body) => fetch(url, { method: "POST", body, headers: { "X-Words": "1" }, keepalive: true }).catch(() => null);
    if (this.words && this.words.value !== this.saved) send(this.talk.dataset.draft, this.body("words"));
    send(this.talk.dataset.gone, this.body());
  }

  // ---- keys

  opened(event) {
    const open = event.target;
    if (!open.classList?.contains("pop") || !open.open) return;
    this.querySelectorAll(".pop[open]").forEach((other) => { if (other !== open && !other.contains(open)) other.open = false; });
  }

  key(event) {
    if (event.key === "Escape") {
      const open = this.querySelector(".pop[open]");
      if (this.among(event)) return;
      if (open) { open.open = false; open.querySelector("summary").focus(); } else if (event.target.matches?.("textarea")) this.querySelector(".convo[aria-current]")?.focus() ?? event.target.blur();
      return;
    }
    if (this.among(event)) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === this.words) {
      event.preventDefault();
      (this.querySelector(event.shiftKey ? "[name=then]" : ".send .primary"))?.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("input,textarea,select,[contenteditable]")) return;
    const act = this.acts[event.key];
    if (act) act(event);
  }

  acts = {
    j: (event) => this.walk(1, event), k: (event) => this.walk(-1, event), "?": () => this.help(), h: () => this.help(),
    "/": (event) => { event.preventDefault(); this.querySelector("#q")?.focus(); },
    o: (event) => { event.preventDefault(); document.activeElement?.closest?.(".convo")?.click(); },
    r: (event) => this.press("r", event), n: (event) => this.press("n", event), e: (event) => this.press("e", event), s: (event) => this.press("s", event),
    a: (event) => this.press("a", event), l: (event) => this.press("l", event), u: (event) => this.press("u", event), z: (event) => this.press("z", event),
  };

  press(key, event) {
    const found = [...this.querySelectorAll(`[data-key="${key}"]`)].at(-1);
    if (!found) return;
    event.preventDefault();
    if (found.matches("textarea")) found.focus(); else found.click();
    if (found.matches("summary")) found.focus();
  }

  walk(step, event) {
    const lines = this.lines;
    if (!lines.length) return;
    event.preventDefault();
    const now = lines.findIndex((line) => line === document.activeElement || (!this.column.contains(document.activeElement) && line.hasAttribute("aria-current")));
    lines[Math.min(lines.length - 1, Math.max(0, now + step))].focus();
  }

  help() { document.getElementById("keys")?.showModal(); }
}
customElements.define("parvis-inbox", Inbox);
