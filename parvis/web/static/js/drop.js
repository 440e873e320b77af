// Pictures by drag, by paste, by pick: each file is sent by itself, with its progress, and answered by its own tile or its own sentence.

const isFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

class Drop extends HTMLElement {
  connectedCallback() {
    this.classList.add("is-live");
    this.form = this.querySelector("form");
    this.input = this.querySelector('input[type="file"]');
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
    const line = this.querySelector(".sending");
    const bar = line.querySelector("progress");
    let answers = "";
    line.hidden = !files.length;
    for (const [n, file] of files.entries()) {
      line.querySelector("span").textContent = `${this.dataset.sending} ${file.name} (${n + 1}/${files.length})`;
      try {
        answers = await this.send(file, (share) => { bar.value = (n + share) / files.length; });
        this.show(answers);
      } catch {
        line.querySelector("span").textContent = this.dataset.failed;
        bar.value = 0;
        return;
      }
    }
    line.hidden = true;
    this.input.value = "";
  }

  send(file, moved) {
    return new Promise((done, broken) => {
      const body = new FormData(this.form);
      body.delete("files");
      body.append("files", file, file.name === "image.png" ? `${this.dataset.name}.png` : file.name);
      const call = new XMLHttpRequest();
      call.open("POST", this.form.action);
      call.setRequestHeader("HX-Request", "true");
      call.upload.addEventListener("progress", (event) => { if (event.lengthComputable) moved(event.loaded / event.total); });
      call.addEventListener("load", () => (call.status < 400 ? done(call.responseText) : broken()));
      call.addEventListener("error", broken);
      call.send(body);
    });
  }

  show(html) {
    const target = document.querySelector(this.dataset.into);
    if (this.dataset.swap === "whole") {
      target.outerHTML = html;
      window.htmx?.process(document.querySelector(this.dataset.into));
    } else {
      const parsed = document.createElement("template");
      parsed.innerHTML = html;
      for (const link of parsed.content.querySelectorAll("a[href]")) target.querySelector(`a[href="${link.getAttribute("href")}"]`)?.closest("li").remove();
      target.prepend(parsed.content);
    }
    this.dispatchEvent(new CustomEvent("parvis:received", { bubbles: true }));
  }
}
customElements.define("parvis-drop", Drop);
