// <copy-words>: copies what its field holds in one tap. <share-pieces>: gives files to an application of this phone, where it can.
// Without a script, or without either, the field is selected by hand and each file is saved with its own link.

async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy"); // what an address without https has
  }
}

class CopyWords extends HTMLElement {
  connectedCallback() {
    const [button, field] = [this.querySelector("button"), this.querySelector("textarea")];
    const [words, status] = [button.querySelector("span"), this.querySelector("[role=status]")];
    const before = words.textContent;
    field.addEventListener("focus", () => field.select());
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (!(await copied(field))) return;
      words.textContent = status.textContent = this.dataset.done;
      button.classList.add("is-done");
      setTimeout(() => { words.textContent = before; status.textContent = ""; button.classList.remove("is-done"); }, 4000);
    });
  }
}
customElements.define("copy-words", CopyWords);

const fetched = async (link) => new File([await (await fetch(link.href)).blob()], link.download, { type: link.type });

class SharePieces extends HTMLElement {
  connectedCallback() {
    const [button, status] = [this.querySelector(":scope > button"), this.querySelector(":scope > [role=status]")];
    const links = [...this.querySelectorAll("a[download]")];
    // A phone asks for the files within the tap: they are fetched before it.
    const can = navigator.canShare?.({ files: [new File(["x"], links[0].download, { type: links[0].type })] });
    if (!can || matchMedia("(hover: hover)").matches) return;
    button.hidden = false;
    let files;
    const get = () => files ??= Promise.all(links.map(fetched));
    button.addEventListener("pointerdown", get);
    button.addEventListener("click", async () => {
      try {
        await navigator.share({ files: await get(), text: this.dataset.text });
      } catch (error) {
        if (error.name !== "AbortError") status.textContent = status.dataset.none;
      }
    });
  }
}
customElements.define("share-pieces", SharePieces);
