// Pictures by drag, by paste, by pick: each file is sent by itself, with its progress, and answered by its own tile or its own sentence.

const isFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

class Drop extends HTMLElement {
  connectedCallback() {
    this.classList.add("is-live");
    this.form = this.querySelector("form");
    this.input = this.querySelector('input[type="file"]');
    // Without this file they go with the composer's sheet, so that what was written is kept with them.
    for (const own of [this.input, this.querySelector("button")]) own.removeAttribute("form");
    this.input.addEventListener("change", () => { this.take([...this.input.files]); });
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.take([...this.input.files]); });
    this.stop = new AbortController();
    const page = { signal: this.stop.signal };
    document.addEventListener("dragover", (event) => {
      if (!isFile(event)) return;
      event.preventDefault();
      this.classList.add("is-over");
    }, page);
    document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) this.classList.remove("is-over"); }, page);
    document.addEventListener("drop", (event) => {
      if (!isFile(event)) return;
      event.preventDefault();
      this.classList.remove("is-over");
      this.take([...event.dataTransfer.files]);
    }, page);
    document.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
      if (!files.length || event.clipboardData.types.includes("text/plain")) return;
      event.preventDefault();
      this.take(files);
    }, page);
  }

  disconnectedCallback() { this.stop?.abort(); }

  async take(files) {
    // In the composer the answer is the whole desk, this element with it: what shows the progress is looked up each time.
    const desk = this.closest("parvis-composer");
    const line = () => (desk?.querySelector("parvis-drop") ?? this).querySelector(".sending");
    for (const [n, file] of files.entries()) {
      const moved = (share) => { line().querySelector("progress").value = (n + share) / files.length; };
      line().hidden = false;
      line().querySelector("span").textContent = `${this.dataset.sending} ${file.name} (${n + 1}/${files.length})`;
      try {
        const read = () => { line().querySelector("span").textContent = `${this.dataset.reading} ${file.name} (${n + 1}/${files.length})`; };
        const call = await this.send(desk, file, moved, read);
        if (desk) desk.turn(call.responseText, call.responseURL);
        else this.show(call.responseText);
      } catch {
        line().hidden = false;
        line().querySelector("span").textContent = this.dataset.failed;
        line().querySelector("progress").value = 0;
        return;
      }
    }
    line().hidden = true;
    this.input.value = "";
  }

  async send(desk, file, moved, read) {
    const body = new FormData(this.form);
    if (desk) await desk.ground(body);
    body.delete("files");
    body.append("files", file, file.name === "image.png" ? `${this.dataset.name}.png` : file.name);
    return new Promise((done, broken) => {
      const call = new XMLHttpRequest();
      call.open("POST", this.form.action);
      if (!desk) call.setRequestHeader("HX-Request", "true");
      call.upload.addEventListener("progress", (event) => { if (event.lengthComputable) moved(event.loaded / event.total); });
      call.upload.addEventListener("load", read);
      call.addEventListener("load", () => (call.status < 400 ? done(call) : broken()));
      call.addEventListener("error", broken);
      call.send(body);
    });
  }

  show(html) {
    const target = document.querySelector(this.dataset.into);
    const parsed = document.createElement("template");
    parsed.innerHTML = html;
    for (const link of parsed.content.querySelectorAll("a[href]")) target.querySelector(`a[href="${link.getAttribute("href")}"]`)?.closest("li").remove();
    target.prepend(parsed.content);
  }
}
customElements.define("parvis-drop", Drop);
