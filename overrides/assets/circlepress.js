// Search: opens a dialog on the search link and loads Pagefind only then. Without this script the link leads to a
// list of all pages. Nothing is stored on the reader's device.
const link = document.querySelector("[data-search]");
const words = link?.dataset;

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

if (link && "HTMLDialogElement" in window && location.protocol !== "file:") {
  const plural = new Intl.PluralRules(document.documentElement.lang);
  let dialog, input, status, list, pagefind, asked = 0;

  const load = async () => {
    if (!pagefind) {
      pagefind = await import(new URL(words.search, document.baseURI));
      await pagefind.options({
        basePath: new URL(words.index, document.baseURI).pathname,
        baseUrl: new URL("..", new URL(words.home, document.baseURI)).pathname,
        noWorker: true,
      });
      await pagefind.init();
    }
    return pagefind;
  };

  // Pagefind marks the words found in an otherwise escaped excerpt; only these marks become elements here.
  const excerpt = (text) => {
    const paragraph = element("p");
    const plain = (part) => new DOMParser().parseFromString(`|${part}`, "text/html").body.textContent.slice(1);  // a parser drops spaces at the beginning
    for (const part of text.split(/(<mark>.*?<\/mark>)/s)) {
      paragraph.append(part.startsWith("<mark>") ? element("mark", { textContent: plain(part) }) : plain(part));
    }
    return paragraph;
  };

  // Where the language has no stemmer, a query that finds nothing is tried without its words' endings.
  const endings = words.endings?.split(" ") ?? [];
  const withoutEndings = (query) => query.split(/\s+/).map((word) => {
    const ending = endings.find((one) => word.endsWith(one) && word.length - one.length > 2);
    return ending ? word.slice(0, -ending.length) : word;
  }).join(" ");

  // Words that were added for the search alone stand after a mark (findable.py) and are not shown.
  const isInAddedWords = (result) => {
    const before = result.content.split("⁂")[0].trim().split(/\s+/).length;
    return result.excerpt.includes("⁂") || result.locations.every((location) => location >= before);
  };

  const search = async () => {
    const query = input.value.trim();
    const mine = ++asked;
    list.replaceChildren();
    if (query.length < 2) {
      status.textContent = query ? words.hint : "";
      return;
    }
    try {
      let found = await (await load()).search(query);
      const shorter = withoutEndings(query);
      if (!found.results.length && shorter !== query) found = await pagefind.search(shorter);
      const results = await Promise.all(found.results.slice(0, 12).map((result) => result.data()));
      if (mine !== asked) return;
      const count = found.results.length;
      status.textContent = count === 0 ? words.none : (plural.select(count) === "one" ? words.one : words.other).replace("{n}", count);
      list.replaceChildren(...results.map((result) => {
        const title = element("a", { href: result.url, textContent: result.meta.title });
        const item = element("li", {}, title);
        if (result.meta.language) item.append(element("span", { className: "cp-other-language", textContent: ` (${result.meta.language})` }));
        item.append(isInAddedWords(result) ? element("p", { textContent: result.meta.summary ?? "" }) : excerpt(result.excerpt));
        return item;
      }));
    } catch {
      status.replaceChildren(element("a", { href: link.href, textContent: words.failed }));
    }
  };

  const build = () => {
    input = element("input", { type: "search", placeholder: words.placeholder, autocomplete: "off" });
    input.setAttribute("aria-label", words.label);
    status = element("p", { className: "cp-search-status" });
    status.setAttribute("role", "status");
    list = element("ol");
    const close = element("button", { type: "button", textContent: words.close });
    const form = element("form", { method: "dialog" }, input, close);
    dialog = element("dialog", { className: "cp-search" }, form, status, list);
    dialog.setAttribute("aria-label", words.label);
    close.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    let waiting;
    input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 150); });
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {  // a search field would only empty itself
        event.preventDefault();
        dialog.close();
      }
      const results = [...list.querySelectorAll("a")];
      if (!results.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
      event.preventDefault();
      const stops = [input, ...results];
      const step = event.key === "ArrowDown" ? 1 : -1;
      stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
    });
    document.body.append(dialog);
  };

  const open = (event) => {
    event?.preventDefault();
    if (!dialog) build();
    dialog.showModal();
    input.select();
    load().catch(() => {});
  };

  link.setAttribute("role", "button");
  link.setAttribute("aria-haspopup", "dialog");
  link.addEventListener("click", open);
  link.addEventListener("keydown", (event) => { if (event.key === " ") open(event); });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]") && !dialog?.contains(event.target);  // a dialog just closed may still have the focus
    if (event.key === "/" && !dialog?.open && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping) open(event);
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

// A word that the page explains: its entry from the end of the page is shown beside it, by mouse, keyboard and touch.
// Without this script, or popovers, the link leads to the entry.
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
