// Search: the search link opens a dialog, whose own file is loaded only then. Without this script, or when that file cannot
// be had, the link leads to a list of all pages.
const link = document.querySelector("[data-search]");

if (link && "HTMLDialogElement" in window && location.protocol !== "file:") {
  const dialog = new URL("search.js", document.currentScript.src);
  const open = async (event) => {
    event.preventDefault();
    try {
      (await import(dialog)).open();
    } catch {
      location.href = link.href;
    }
  };
  link.setAttribute("role", "button");
  link.setAttribute("aria-haspopup", "dialog");
  link.addEventListener("click", open);
  link.addEventListener("keydown", (event) => { if (event.key === " ") open(event); });
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    const isTyping = field && !field.closest("dialog:not([open])");  // a dialog just closed may still have the focus
    if (event.key === "/" && !document.querySelector("dialog[open]") && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping) open(event);
  });
}

// One open menu at a time; Escape closes it and gives the focus back.
for (const menu of document.querySelectorAll(".cp-languages, .cp-menu")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
