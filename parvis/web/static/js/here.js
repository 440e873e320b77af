// <time-here>: chooses, in the list inside it, the time zone of this browser, when the list has it and nobody has chosen yet.

class TimeHere extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector("select");
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ([...list.options].some((option) => option.value === here)) list.value = here;
  }
}
customElements.define("time-here", TimeHere);

class CopyThis extends HTMLElement {
  connectedCallback() {
    const [button, field] = [this.querySelector("button"), this.querySelector("input")];
    field.addEventListener("focus", () => field.select());
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.querySelector("span").textContent = this.dataset.done;
    });
  }
}
customElements.define("copy-this", CopyThis);
