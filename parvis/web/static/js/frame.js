// What must stay of a picture, and the cut of one shape: by finger, mouse or arrow keys. The numbers of the form follow, and are what is kept.

const within = (value, least, most) => Math.min(Math.max(value, least), most);
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Pointing extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.hand = document.createElement("button");
    this.hand.type = "button";
    this.hand.className = this.shape;
    this.hand.id = this.dataset.handle;
    this.append(this.hand);
    this.classList.add("is-live");
    this.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.setPointerCapture(event.pointerId);
      this.hand.focus({ preventScroll: true });
      this.held = this.grip(this.spot(event));
    });
    this.addEventListener("pointermove", (event) => { if (this.held) this.drag(this.spot(event)); });
    for (const end of ["pointerup", "pointercancel"]) this.addEventListener(end, () => { if (this.held) { this.held = null; this.kept(); } });
    this.hand.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      const grow = { "+": 1, "=": 1, "-": -1 }[event.key];
      if (!step && !grow) return;
      event.preventDefault();
      const far = event.shiftKey && step ? 5 : 1;
      if (step) this.move(step[0] * far, step[1] * far);
      else this.grow(grow * 2);
      this.kept(600);
    });
    for (const input of this.form.querySelectorAll(".numbers input")) input.addEventListener("input", () => { this.draw(); });
    this.draw();
  }

  field(name) { return this.form.elements[name]; }

  read(name) { return Number(this.field(name).value) || 0; }

  write(values) {
    for (const [name, value] of Object.entries(values)) this.field(name).value = value.toFixed(1);
    this.draw();
  }

  spot(event) {
    const frame = this.getBoundingClientRect();
    return [((event.clientX - frame.left) / frame.width) * 100, ((event.clientY - frame.top) / frame.height) * 100];
  }

  place(values) {
    const where = Object.values(values).map((value) => `${Math.round(value)} %`).join(", ");
    this.hand.setAttribute("aria-label", `${this.dataset.label}. ${where}`);
    for (const [name, value] of Object.entries(values)) this.hand.style[name] = `${value}%`;
  }

  grow() {}

  kept() {}
}

class Focus extends Pointing {
  get shape() { return "dot"; }

  grip(spot) { this.drag(spot); return true; }

  drag([x, y]) { this.write({ x: within(x, 0, 100), y: within(y, 0, 100) }); }

  move(x, y) { this.drag([this.read("x") + x, this.read("y") + y]); }

  draw() { this.place({ left: this.read("x"), top: this.read("y") }); }

  kept(after = 0) {
    clearTimeout(this.waits);
    this.waits = setTimeout(() => { this.form.dispatchEvent(new Event("kept")); }, after);
  }
}
customElements.define("parvis-focus", Focus);

class Crop extends Pointing {
  get shape() { return "box"; }

  get tall() {
    const image = this.querySelector("img");
    return (this.read("width") * image.width) / Number(this.dataset.wide) / image.height;
  }

  grip(spot) { return [spot[0] - this.read("left"), spot[1] - this.read("top")]; }

  drag([x, y]) { this.put(x - this.held[0], y - this.held[1]); }

  move(x, y) { this.put(this.read("left") + x, this.read("top") + y); }

  put(left, top) { this.write({ left: within(left, 0, 100 - this.read("width")), top: within(top, 0, Math.max(0, 100 - this.tall)) }); }

  grow(by) {
    const before = this.read("width");
    this.field("width").value = within(before + by, 5, 100).toFixed(1);
    if (this.tall > 100.05) this.field("width").value = before.toFixed(1);
    this.put(this.read("left"), this.read("top"));
  }

  draw() { this.place({ left: this.read("left"), top: this.read("top"), width: this.read("width"), height: this.tall }); }
}
customElements.define("parvis-crop", Crop);

// Beside a player, its present moment goes into a field at a touch.
for (const button of document.querySelectorAll("[data-now]")) {
  const film = document.querySelector("parvis-film video");
  button.hidden = !film;
  button.addEventListener("click", () => { document.getElementById(button.dataset.now).value = film.currentTime.toFixed(1); });
}
