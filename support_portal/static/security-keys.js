/* Security keys: asks the browser what the form says, and sends the answer as an ordinary form, so that errors are pages. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-key-options]"), credentials = navigator.credentials, api = window.PublicKeyCredential;
  if (!form || !credentials || !api?.parseCreationOptionsFromJSON || !api.parseRequestOptionsFromJSON) return;
  const $ = selector => form.querySelector(selector), button = $("#key"), said = $("[data-key-said]"), field = name => $(`[name="${name}"]`);
  const isNew = form.dataset.keyStep === "add", options = JSON.parse(form.dataset.keyOptions);
  $("[data-key-off]").hidden = true;
  button.hidden = false;

  const words = {
    InvalidStateError: "That key is added already. Use another one.",
    NotAllowedError: "No key answered, or it was stopped. Nothing was changed. You can try again.",
    SecurityError: "Your browser doesn’t allow security keys on this address. Nothing was changed.",
  };
  const ask = () => isNew
    ? credentials.create({ publicKey: api.parseCreationOptionsFromJSON(options) })
    : credentials.get({ publicKey: api.parseRequestOptionsFromJSON(options) });

  form.addEventListener("submit", async event => {
    event.preventDefault();
    /* what is missing is said by the page, before a key is asked for nothing */
    if (isNew && !field("name").value.trim()) { form.submit(); return; }
    button.disabled = true;
    said.textContent = "Use your key now: touch it, or follow what your browser shows.";
    try {
      const answer = await ask();
      field("answer").value = JSON.stringify(answer.toJSON());
      form.submit();
    } catch (error) {
      said.textContent = words[error.name] ?? "Your browser could not use the key. Nothing was changed. You can try again.";
      button.disabled = false;
    }
  });
})();
