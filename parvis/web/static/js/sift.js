// <rule-sift>: shows, as one types, the rules that hold these words. What is hidden is still sent with the form.

const folded = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

class RuleSift extends HTMLElement {
  connectedCallback() {
    // The server has sifted this page: only it knows the other rules.
    if ("sifted" in this.dataset) return;
    this.field = this.querySelector("input[type=search]");
    this.status = this.querySelector("[role=status]");
    this.rules = [...this.querySelectorAll(".rule")].map((rule) => [rule, folded(`${rule.id.slice(5)} ${[...rule.querySelectorAll(".words")].map((words) => words.textContent).join(" ")}`)]);
    this.open = new Map([...this.querySelectorAll(".pack")].map((pack) => [pack, pack.open]));
    this.field.addEventListener("input", () => this.sift());
    // The rules are already sifted: asking the server again would lose what was typed in the form.
    this.field.form.addEventListener("submit", (event) => event.preventDefault());
    if (this.field.value) this.sift();
  }

  sift() {
    const wanted = folded(this.field.value).split(/\s+/).filter(Boolean);
    for (const [rule, text] of this.rules) rule.hidden = !wanted.every((word) => text.includes(word));
    for (const [pack, open] of this.open) {
      pack.hidden = !pack.querySelector(".rule:not([hidden])");
      pack.open = wanted.length ? true : open;
    }
    this.status.textContent = this.rules.every(([rule]) => rule.hidden) ? this.status.dataset.none : "";
  }
}
customElements.define("rule-sift", RuleSift);
