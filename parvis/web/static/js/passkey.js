// <pass-key mode="create|get|login" data-options="{…}">: asks the browser for a passkey and puts its answer into the form's field `credential`.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

const read = (asked) => ({
  ...asked,
  challenge: bytes(asked.challenge),
  ...(asked.user && { user: { ...asked.user, id: bytes(asked.user.id) } }),
  ...(asked.excludeCredentials && { excludeCredentials: named(asked.excludeCredentials) }),
  ...(asked.allowCredentials && { allowCredentials: named(asked.allowCredentials) }),
});

const write = (key) => {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[part]) response[part] = text(key.response[part]);
  }
  if (key.response.getTransports) response.transports = key.response.getTransports();
  return { type: key.type, id: key.id, rawId: text(key.rawId), response, clientExtensionResults: key.getClientExtensionResults() };
};

class PassKey extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.button = this.querySelector("button");
    this.words = this.querySelector("[role=alert]");
    if (!window.PublicKeyCredential) {
      this.button.disabled = true;
      this.say(this.dataset.unable);
    }
    this.button.addEventListener("click", () => this.use());
  }

  say(words) {
    this.words.hidden = !words;
    this.words.textContent = words;
  }

  async use() {
    this.say("");
    this.button.setAttribute("aria-busy", "true");
    try {
      const key = await this.ask();
      const form = this.closest("form");
      form.elements.credential.value = JSON.stringify(write(key));
      form.submit();
    } catch (error) {
      this.say(error.name === "NotAllowedError" ? this.dataset.cancelled : this.dataset.failed);
      this.button.removeAttribute("aria-busy");
    }
  }

  async ask() {
    const mode = this.getAttribute("mode");
    if (mode === "create") return navigator.credentials.create({ publicKey: this.wanted() });
    return navigator.credentials.get({ publicKey: read(mode === "login" ? await this.fetched() : this.options.publicKey) });
  }

  get options() {
    const given = JSON.parse(this.dataset.options);
    return given.creation_options ?? given.request_options;
  }

  async fetched() {
    const answer = await fetch(this.closest("form").action, { headers: { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return (await answer.json()).request_options.publicKey;
  }

  // A key that signs in alone must be kept by the device and must know its owner.
  wanted() {
    const asked = read(this.options.publicKey);
    const alone = this.closest("form").elements.passwordless?.checked ?? false;
    const chosen = { ...asked.authenticatorSelection, residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
    return { ...asked, authenticatorSelection: alone ? { ...chosen, userVerification: "required" } : chosen };
  }
}
customElements.define("pass-key", PassKey);
