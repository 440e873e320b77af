// Moving a post on the calendar: dragged with the mouse, or lifted with M and carried with the arrows. The form underneath does the work.

const DAY = 864e5, STEP = 18e5;
const SHIFTS = { ArrowLeft: -DAY, ArrowRight: DAY, ArrowUp: -7 * DAY, ArrowDown: 7 * DAY, PageUp: -STEP, PageDown: STEP };

// Wall times are handled as if they were UTC: only the server knows the company's time zone, and the two odd nights of the year.
const read = (wall) => Date.parse(`${wall}Z`);
const write = (time) => new Date(time).toISOString();

class Calendar extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.voice = this.querySelector("[role=status]");
    this.speaks = new Intl.DateTimeFormat(this.dataset.lang, { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", timeZone: "UTC" });
    for (const entry of this.querySelectorAll("[data-at]")) {
      entry.draggable = true;
      entry.setAttribute("aria-keyshortcuts", "M");
    }
    this.addEventListener("dragstart", (event) => this.drag(event));
    this.addEventListener("dragover", (event) => this.over(event));
    this.addEventListener("dragend", () => this.let());
    this.addEventListener("drop", (event) => this.drop(event));
    this.addEventListener("keydown", (event) => this.press(event));
    this.addEventListener("focusout", () => { if (this.lifted && !this.dragged) this.back(); });
  }

  drag(event) {
    const entry = event.target.closest?.("[data-at]");
    if (!entry) return;
    this.dragged = true;
    this.lift(entry);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", entry.textContent);
  }

  over(event) {
    const day = event.target.closest("td");
    if (!this.lifted || !day) return;
    event.preventDefault();
    this.aim(day);
  }

  drop(event) {
    const day = event.target.closest("td");
    if (!this.lifted || !day) return;
    event.preventDefault();
    this.send(read(`${day.id.slice(1)}${this.lifted.dataset.at.slice(10)}`));
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.lifted) {
      const entry = event.target.closest("[data-at]");
      if (entry && event.key.toLowerCase() === "m") {
        event.preventDefault();
        this.lift(entry);
        this.say(this.dataset.lifted);
      }
    } else if (event.key in SHIFTS) {
      event.preventDefault();
      this.at += SHIFTS[event.key];
      this.aim(document.getElementById(`d${write(this.at).slice(0, 10)}`));
      this.say(this.dataset.over);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.send(this.at);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.back();
    }
  }

  lift(entry) {
    this.lifted = entry;
    this.at = read(entry.dataset.at);
    entry.classList.add("is-lifted");
  }

  aim(day) {
    this.querySelector(".is-target")?.classList.remove("is-target");
    day?.classList.add("is-target");
    if (day && !this.dragged) day.scrollIntoView({ block: "nearest" });
    const hint = this.querySelector(".carried") ?? Object.assign(document.createElement("p"), { className: "carried" });
    hint.setAttribute("aria-hidden", "true");
    hint.textContent = this.dragged ? "" : this.speaks.format(this.at);
    if (!this.dragged) (day ?? this.lifted.parentElement).append(hint);
  }

  back() {
    this.say(this.dataset.back);
    this.let();
  }

  let() {
    this.lifted?.classList.remove("is-lifted");
    this.querySelector(".is-target")?.classList.remove("is-target");
    this.querySelector(".carried")?.remove();
    this.lifted = this.dragged = null;
  }

  send(at) {
    const entry = this.lifted, wall = write(at);
    this.let();
    if (wall.slice(0, 16) === entry.dataset.at) return this.say(this.dataset.back, entry);
    this.form.action = this.dataset.move.replace("/0/", `/${entry.id.slice(1)}/`);
    this.form.elements.day.value = wall.slice(0, 10);
    this.form.elements.time.value = wall.slice(11, 16);
    this.form.elements.next.value += `#${entry.id}`;
    this.form.submit();
  }

  say(words, entry = this.lifted) {
    this.voice.textContent = words.replace("%title", entry.querySelector("b").textContent).replace("%when", this.speaks.format(this.at));
  }
}
customElements.define("parvis-calendar", Calendar);

// After a move the page comes back to the entry: the keyboard goes on from there.
document.querySelector(location.hash.match(/^#p\d+$/) ? location.hash : "#none")?.focus();
