// Copies a mail's subject or text. Without this script the text stands in a field, to be marked and copied by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const tools = button.parentElement, said = tools.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy), text = source.value ?? source.textContent;
    said.textContent = "";
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "✓ " + tools.dataset.copied;
    } catch {
      said.textContent = tools.dataset.failed;
      const field = tools.querySelector("textarea");
      if (source === field) {
        tools.querySelector("details").open = true;
        field.focus();
        field.select();
      } else {
        getSelection().selectAllChildren(source);
      }
    }
  });
}
