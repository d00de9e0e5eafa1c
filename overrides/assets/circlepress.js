// Search, menus, two languages side by side, and words that a page explains.

// Search: the search link opens a dialog, whose own file is loaded only then. Without this script, or when that file cannot
// be had, the link leads to a list of all pages.
const link = document.querySelector("[data-search]");

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

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

// The language switch leads to the section one is reading: headings have the same ids in all languages.
const languages = document.querySelector(".cp-languages");
languages?.addEventListener("toggle", () => {
  const top = (element) => element.getBoundingClientRect().top;
  const named = document.getElementById(location.hash.slice(1));
  const isInView = named && top(named) > -1 && top(named) < innerHeight;
  const passed = [...document.querySelectorAll("main :is(h2, h3, h4, h5, h6)[id]")].findLast((heading) => top(heading) < 100);
  for (const link of languages.querySelectorAll("a")) link.hash = (isInView ? named : passed)?.id ?? "";
});

// One open menu at a time; Escape closes it and gives the focus back.
for (const menu of document.querySelectorAll(".cp-languages, .cp-menu")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// Two languages side by side, from the language menu or by an address that ends with ?beside=sv.
const file = new URL("beside.js", document.currentScript.src);
const beside = (choice) => import(file).then((module) => module.show(choice.href, choice.hreflang, languages.dataset.end))
  .catch(() => { location.href = choice.href; });
if (languages?.dataset.beside) {
  const list = languages.querySelector("ul");
  const item = (...content) => list.append(element("li", { className: "cp-beside" }, ...content));
  const choices = [...languages.querySelectorAll("a[data-is-there]")].map((link) => link.cloneNode(true));
  item(element("span", { textContent: languages.dataset.beside }));
  for (const choice of choices) {
    item(choice);
    choice.addEventListener("click", (event) => {
      event.preventDefault();
      languages.open = false;
      beside(choice);
    });
    if (new URLSearchParams(location.search).get("beside") === choice.hreflang) beside(choice);
  }
}

// A word that the page explains: its entry, which stands at the end of the page, is shown beside it when the mouse or the
// keyboard is on it, and stays when it is pressed. Without this script, or popovers, the link leads to the entry.
let hideShown;

for (const word of "popover" in document.body ? document.querySelectorAll("[href^='#cp-word-']") : []) {
  const entry = document.getElementById(word.hash.slice(1));
  if (!entry) continue;
  const box = element("span", { className: "cp-word", lang: document.documentElement.lang, popover: "manual", tabIndex: -1 }, ...entry.cloneNode(true).childNodes);
  let stays, waiting;  // it stays when the word was pressed

  const hide = () => {
    clearTimeout(waiting);
    if (hideShown !== hide) return;
    if (box.contains(document.activeElement)) word.focus();
    box.hidePopover();
    word.ariaExpanded = "false";
    stays = hideShown = null;
  };

  const show = () => {
    clearTimeout(waiting);
    if (hideShown === hide) return;
    hideShown?.();
    box.showPopover();
    word.ariaExpanded = "true";
    hideShown = hide;
    const page = document.documentElement, height = box.offsetHeight + 4, lines = word.getClientRects();
    const { left, top } = lines[0], { bottom } = lines[lines.length - 1];
    box.style.top = `${scrollY + (bottom + height < page.clientHeight || top < height ? bottom + 4 : top - height)}px`;
    box.style.left = `${Math.max(16, Math.min(left, page.clientWidth - box.offsetWidth - 16))}px`;
  };

  const hover = (act) => ({ pointerType }) => {
    clearTimeout(waiting);
    if (pointerType === "mouse" && !stays) waiting = setTimeout(act, 200);
  };
  for (const part of [word, box]) {
    part.addEventListener("pointerenter", hover(show));
    part.addEventListener("pointerleave", hover(() => word.matches(":focus-visible") || box.contains(document.activeElement) || hide()));
    part.addEventListener("focusout", ({ relatedTarget }) => relatedTarget === word || box.contains(relatedTarget) || hide());
  }
  word.addEventListener("focus", () => word.matches(":focus-visible") && show());
  word.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (stays) return hide();
    show();
    stays = true;
  });
  word.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    word.click();
  });
  word.setAttribute("role", "button");
  word.ariaExpanded = "false";
  word.after(box);
}
document.addEventListener("keydown", (event) => event.key === "Escape" && hideShown?.());
document.addEventListener("pointerdown", ({ target }) => target.closest(".cp-word, [href^='#cp-word-']") || hideShown?.());
