// The composer, made quick: the sheet saves itself, the counts and the previews follow the typing (they come from the server, which alone knows
// the rules), and each button of the sheet works in place. Without this file every button sends the whole sheet, and all of it works.

const COUNT_MS = 250;
const SAVE_MS = 2000;
const AGAIN_MS = 8000;
const CARD_MS = 3000;
const CARD_TRIES = 5;

class Composer extends HTMLElement {
  connectedCallback() {
    this.key = `parvis:sheet:${this.dataset.post}`;
    this.line = Promise.resolve();
    this.asked = new Set();
    this.waits = 0;
    this.stop = new AbortController();
    const life = { signal: this.stop.signal };
    this.addEventListener("input", (event) => this.typed(event), life);
    this.addEventListener("change", (event) => this.typed(event), life);
    this.addEventListener("focusin", (event) => this.at(event.target), life);
    this.addEventListener("click", (event) => { this.unsent(event); this.show(event); }, life);
    this.addEventListener("scroll", (event) => this.under(event.target), { ...life, capture: true });
    this.addEventListener("keydown", (event) => {
      const open = this.querySelector(".hour-choice[open]");
      if (event.key === "Escape" && open) { open.open = false; open.querySelector("summary").focus(); }
    }, life);
    document.addEventListener("submit", (event) => { if (event.target.id === "sheet") this.pressed(event); }, { ...life, capture: true });
    window.addEventListener("pagehide", () => this.away(), life);
    window.addEventListener("online", () => this.save(), life);
    // What is being made ready tells by itself how far it is; once it is, the previews can show it.
    this.addEventListener("htmx:afterSwap", () => { if (this.querySelector("#makings[data-finished]")) this.count(); }, life);
    this.ready();
    this.remembered();
  }

  disconnectedCallback() {
    this.stop.abort();
    clearTimeout(this.counting);
    clearTimeout(this.saving);
    clearTimeout(this.cardsLater);
  }

  get form() { return this.querySelector("#sheet"); }

  body(submitter) { return new FormData(this.form, submitter); }

  // What a person wrote, without what the page itself carries.
  text() {
    const body = this.body();
    ["csrfmiddlewaretoken", "revision", "seen", "proposed", "day", "hour"].forEach((name) => body.delete(name));
    return JSON.stringify([...body]);
  }

  ready() {
    this.writable = !this.querySelector("#title")?.readOnly;
    // What was typed before this file had come is not kept yet.
    const typed = [...this.form.elements].some((one) => one.defaultValue !== undefined && one.value !== one.defaultValue);
    this.saved = typed ? "" : this.whole();
    if (typed) this.saving = setTimeout(() => this.save(), SAVE_MS);
    this.stuck = this.querySelector("#other")?.getAttribute("role") === "alert";
    this.byHand();
    this.underlined();
    this.cards();
  }

  whole() {
    const body = this.body();
    ["csrfmiddlewaretoken", "revision", "seen"].forEach((name) => body.delete(name));
    return JSON.stringify([...body]);
  }

  typed(event) {
    if (!event.target.form || event.target.form.id !== "sheet" || !this.writable) return;
    clearTimeout(this.counting);
    clearTimeout(this.saving);
    this.counting = setTimeout(() => this.count(), COUNT_MS);
    this.saving = setTimeout(() => this.save(), SAVE_MS);
    this.under(event.target);
  }

  // New pictures go on the part that was written last.
  at(field) {
    const part = field.id?.match(/^part-(\d+)$/);
    const to = this.querySelector("#to");
    if (part && to) to.value = part[1];
  }

  async count() {
    this.reading?.abort();
    this.reading = new AbortController();
    try {
      const answer = await fetch(this.dataset.reading, { method: "POST", body: this.body(), signal: this.reading.signal });
      if (answer.ok && !answer.redirected) this.put(await answer.text());
    } catch { /* the next key, or the saving, says more */ }
  }

  save() {
    clearTimeout(this.saving);
    this.line = this.line.then(() => this.keep());
    return this.line;
  }

  async keep() {
    const sent = this.whole();
    if (!this.isConnected || !this.writable || this.stuck || sent === this.saved) return;
    this.say(this.dataset.saving);
    try {
      const answer = await fetch(this.dataset.draft, { method: "POST", body: this.body() });
      if (answer.status === 409) {
        this.remember();
        this.stuck = true;
        this.put(await answer.text());
        this.querySelector("#other").focus();
        return;
      }
      // A redirection leads to the sign-in page: nothing was kept there.
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      this.reading?.abort();
      this.put(await answer.text());
      this.saved = sent;
      localStorage.removeItem(this.key);
      this.cards();
      if (this.whole() !== sent) this.saving = setTimeout(() => this.save(), SAVE_MS);
    } catch (error) {
      this.remember();
      this.say(error instanceof TypeError ? this.dataset.offline : this.dataset.refused, true);
      this.saving = setTimeout(() => this.save(), AGAIN_MS);
    }
  }

  say(words, away = false) {
    const saved = this.querySelector("#saved");
    saved.textContent = words;
    saved.classList.toggle("is-away", away);
    if (away) saved.setAttribute("role", "status");
  }

  // Each piece of the answer takes the place of the piece that has its name. Pictures that stay are kept, so that nothing blinks; what is
  // spoken (aria-live) is filled anew rather than replaced, or it would not be spoken; whoever was in it stays there.
  put(html) {
    const parsed = document.createElement("template");
    parsed.innerHTML = html;
    for (const piece of [...parsed.content.children]) {
      const old = piece.id && this.querySelector(`#${CSS.escape(piece.id)}`);
      if (!old || old.outerHTML === piece.outerHTML) continue;
      const pictures = [...old.querySelectorAll("img, video")];
      for (const img of piece.querySelectorAll("img, video")) {
        const same = pictures.findIndex((kept) => kept.getAttribute("src") === img.getAttribute("src") && kept.alt === img.alt);
        if (same >= 0) img.replaceWith(...pictures.splice(same, 1));
      }
      const focused = old.contains(document.activeElement) && document.activeElement.id;
      const open = [...old.querySelectorAll("details[open][id]")].map((panel) => panel.id);
      for (const panel of piece.querySelectorAll("details[id]")) panel.open ||= open.includes(panel.id);
      if (old.hasAttribute("aria-live")) old.replaceChildren(...piece.childNodes);
      else old.replaceWith(piece);
      window.htmx?.process(piece);
      if (focused) this.querySelector(`#${CSS.escape(focused)}`)?.focus();
    }
    this.byHand();
    this.underlined();
  }

  // ---- the remarks: what they are about is underlined under the field, as long as the field still says what was read

  underlined() {
    for (const field of this.querySelectorAll("textarea[name=part]")) this.under(field);
  }

  under(field) {
    const twin = field.previousElementSibling;
    if (!twin?.classList.contains("under")) return;
    twin.classList.toggle("is-old", twin.textContent.replace(/\u200b$/, "") !== field.value);
    twin.scrollTop = field.scrollTop;
  }

  // Places are counted in code points, as the rules count; a field counts in UTF-16.
  show(event) {
    const place = event.target.closest("[data-place]")?.dataset.place;
    if (!place) return;
    const [part, start, end] = place.split(":").map(Number);
    const field = this.querySelector(`#part-${part}`);
    const [from, to] = [start, end].map((at) => [...field.value].slice(0, at).join("").length);
    field.focus();
    field.setSelectionRange(from, to);
  }

  // ---- the pages behind the addresses, for their cards: one at a time, each asked for once; typing and leaving never wait for them

  async cards() {
    const next = [...this.querySelectorAll("#cards [data-unread]")].map((line) => line.dataset.unread).find((url) => !this.asked.has(url));
    if (!next || this.carding || this.stuck || !this.writable) return;
    this.carding = true;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    body.set("url", next);
    let status = 0;
    try {
      const answer = await fetch(this.dataset.card, { method: "POST", body, signal: this.stop.signal });
      status = answer.redirected ? 0 : answer.status;
    } catch { /* the button comes back */ }
    this.carding = false;
    // 204: the address is not kept yet; the next saving asks again.
    if (!this.isConnected || status === 204) return;
    if (status === 202 && this.waits < CARD_TRIES) {
      this.waits += 1;
      this.cardsLater = setTimeout(() => this.cards(), CARD_MS);
      return;
    }
    this.waits = 0;
    this.asked.add(next);
    if (status === 200) await this.count();
    this.byHand();
    this.cards();
  }

  byHand() {
    for (const line of this.querySelectorAll("#cards [data-unread]")) line.classList.toggle("by-hand", this.asked.has(line.dataset.unread));
  }

  // ---- buttons

  pressed(event) {
    event.preventDefault();
    event.stopPropagation();
    const button = event.submitter;
    if (this.busy) {
      if (button?.name === "go") this.wanted = button.id;
      return;
    }
    this.busy = true;
    button?.setAttribute("aria-busy", "true");
    // The answer takes the place of the sheet: what was typed until it comes would be lost with it.
    const held = [...this.form.elements].filter((field) => field.readOnly === false);
    for (const field of held) field.readOnly = true;
    this.line = this.line.then(() => this.press(button)).finally(() => {
      this.busy = false;
      button?.removeAttribute("aria-busy");
      for (const field of held) field.readOnly = false;
      const wanted = this.wanted;
      this.wanted = null;
      if (wanted) document.getElementById(wanted)?.click();
    });
  }

  async press(button) {
    clearTimeout(this.counting);
    clearTimeout(this.saving);
    const to = button?.getAttribute("formaction") ?? this.form.getAttribute("action");
    try {
      const answer = await fetch(to, { method: "POST", body: this.body(button), headers: { "HX-Request": "true" } });
      const away = answer.headers.get("HX-Redirect");
      if (away) {
        localStorage.removeItem(this.key);
        this.saved = this.whole();
        location.assign(away);
        return;
      }
      if (!answer.ok && answer.status !== 409) throw new Error(answer.status);
      this.turn(await answer.text(), answer.redirected ? answer.url : "");
    } catch {
      this.remember();
      this.say(this.dataset.offline, true);
    }
  }

  // Take the desk of an answer for ours, and put the person back where they were.
  async turn(html, url) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector("parvis-composer");
    if (fresh?.dataset.post !== this.dataset.post) {
      this.remember();
      location.assign(url);
      return;
    }
    localStorage.removeItem(this.key);
    if (url) history.replaceState(null, "", url);
    const focused = document.activeElement?.id;
    const open = [...this.querySelectorAll("details[open]")].map((panel) => panel.className);
    const late = this.late(fresh);
    this.replaceChildren(...fresh.childNodes);
    window.htmx?.process(this);
    const said = page.getElementById("said");
    if (said?.children.length) document.getElementById("said").replaceChildren(...said.children);
    for (const panel of this.querySelectorAll("details")) if (open.includes(panel.className)) panel.open = true;
    const there = focused && document.getElementById(focused);
    const added = focused === "add-part" && [...this.querySelectorAll("textarea[name=part]")].at(-1);
    (this.querySelector("#other[role=alert]") ?? (added || there))?.focus({ preventScroll: !added });
    this.ready();
    for (const [id, value] of late) {
      const field = document.getElementById(id);
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  // What was typed while a picture travelled, and can stand in the desk that its answer brings.
  late(fresh) {
    const same = fresh.querySelector("#sheet [name=for]").value === this.form.elements.for.value;
    const typed = same ? [...this.grounded ?? []].map(([id]) => [id, document.getElementById(id)?.value]) : [];
    return typed.filter(([id, value]) => value !== undefined && value !== this.grounded.get(id) && fresh.querySelector(`#${CSS.escape(id)}`));
  }

  // Before a picture is sent: the sheet is saved, for the answer shows the sheet as it is kept.
  async ground(body) {
    await this.save();
    this.grounded = new Map([...this.form.elements].filter((field) => field.id && field.readOnly === false).map((field) => [field.id, field.value]));
    body.set("to", this.querySelector("#to")?.value ?? "0");
    body.set("for", this.form.elements.for.value);
  }

  // ---- what could not be sent

  remember() {
    try { localStorage.setItem(this.key, JSON.stringify({ text: this.text(), seen: this.form.elements.seen?.value })); } catch { /* a full or forbidden store */ }
  }

  away() {
    if (!this.writable || this.stuck || this.whole() === this.saved) return;
    this.remember();
    const body = this.body();
    navigator.sendBeacon(this.dataset.draft, body);
  }

  remembered() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.key)); } catch { /* not ours, or forbidden */ }
    if (!kept?.text || !this.writable) return;
    const same = kept.text === this.text();
    if (same) { localStorage.removeItem(this.key); return; }
    this.kept = JSON.parse(kept.text);
    const note = this.querySelector("#unsent");
    note.querySelector(".quote").textContent = this.kept.filter(([name]) => name === "part").map(([, text]) => text).join("\n\n");
    note.hidden = false;
  }

  unsent(event) {
    const button = event.target.closest("[data-put], [data-forget]");
    if (!button) return;
    this.querySelector("#unsent").hidden = true;
    localStorage.removeItem(this.key);
    if (!button.matches("[data-put]")) return;
    const texts = this.kept.filter(([name]) => name === "part").map(([, text]) => text);
    const sheets = [...this.querySelectorAll("textarea[name=part]")];
    sheets.forEach((sheet, n) => { if (n < texts.length) sheet.value = n === sheets.length - 1 ? texts.slice(n).join("\n\n") : texts[n]; });
    const tab = new Map(this.kept).get("for") === this.form.elements.for.value;
    for (const [name, value] of this.kept) {
      const field = this.form.elements[name];
      if (/^(title|warning)$/.test(name) || (tab && field && /^(headline|comment|field-.+)$/.test(name))) field.value = value;
    }
    sheets[0].focus();
    this.count();
    this.save();
  }
}
customElements.define("parvis-composer", Composer);
