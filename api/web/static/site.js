// What pages gain with JavaScript: copy buttons, and a map that moves in place
// of the picture drawn by the server. Without it, nothing is missing.

const status = document.getElementById("status");

/** Tells assistive technologies; the same text twice in a row is told twice. */
function say(text) {
  status.textContent = "";
  setTimeout(() => { status.textContent = text; }, 50);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.closest("[hidden]")?.removeAttribute("hidden");
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      say(status.dataset.copied);
    } catch {
      getSelection().selectAllChildren(source);
      say(status.dataset.notCopied);
    }
  });
}

const box = document.querySelector("[data-map]");
if (box) {
  const { texts, labels } = JSON.parse(document.getElementById("map-data").textContent);
  const opener = document.querySelector("[data-open-map]");
  opener.closest("[hidden]").hidden = false;
  opener.addEventListener("click", async () => {
    opener.disabled = true;
    say(texts.loading);
    try {
      const { open } = await import("./map.js");
      await open(box, { texts, labels, say });
      opener.closest(".map-open").hidden = true;
    } catch (err) {
      opener.disabled = false;
      box.classList.remove("live");
      const failure = /WebGL/.test(err.message) ? texts.noWebGL : texts.failed;
      opener.nextElementSibling.textContent = failure; // where everybody sees it
      say(failure);
    }
  });
}
