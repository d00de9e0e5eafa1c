// The search dialog, loaded when someone searches. It asks Pagefind, of which each edition has an index; what it says and what
// pages can be filtered by comes from `dialog.json` beside the index. Nothing is stored on the reader's device.
const link = document.querySelector("[data-search]");
const home = new URL(link.dataset.search, document.baseURI).href;
const SHOWN = 12;

const style = element("link", { rel: "stylesheet", href: new URL("search.css", import.meta.url) });
const [told] = await Promise.all([
  read(home),
  new Promise((resolve) => { style.onload = style.onerror = resolve; document.head.append(style); }),
]);
const { words } = told;
const handbook = told.handbook && new URL(`..${told.handbook}search/`, import.meta.url).href;
const plural = new Intl.PluralRules(document.documentElement.lang);

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

async function read(index) {
  return (await fetch(new URL("dialog.json", index))).json();
}

// --- asking ----------------------------------------------------------------------------------------------------------

const indexes = {};
function opened(address) {
  return indexes[address] ??= (async () => {
    const [{ createInstance }, { pages }] = await Promise.all([import("./search/pagefind.js"), address === home ? told : read(address)]);
    const base = new URL("../..", address);  // the addresses in an index begin with its edition's language
    const index = createInstance({ basePath: new URL(address).pathname, baseUrl: base.pathname, noWorker: true });
    await index.init();
    return { index, pages };
  })().catch((error) => { delete indexes[address]; throw error; });
}

// Where the language has no stemmer, a query that finds nothing is tried without its words' endings.
function withoutEndings(query) {
  return query.split(/\s+/).map((word) => {
    const ending = told.endings.find((one) => word.endsWith(one) && word.length - one.length > 2);
    return ending ? word.slice(0, -ending.length) : word;
  }).join(" ");
}

// Return what is found, the best first, each with what it can be filtered by.
async function find(query) {
  const found = await Promise.all([home, ...(wide.checked ? [handbook] : [])].map(async (address) => {
    const { index, pages } = await opened(address);
    let { results } = await index.search(query);
    const shorter = withoutEndings(query);
    if (!results.length && shorter !== query) ({ results } = await index.search(shorter));
    // A score says how rare a word is in its index: results of two are compared by their distance from the best of each.
    return results.map((result) => ({ result, about: pages[result.id] ?? {}, worth: result.score / (results[0].score || 1) }))
      .filter(({ about }) => !told.circle || !about.circle?.includes(told.circle));  // what the handbook says of this very circle
  }));
  return found.flat().sort((one, other) => other.worth - one.worth);
}

// --- showing ---------------------------------------------------------------------------------------------------------

// Pagefind marks the words found in an otherwise escaped excerpt; only these marks become elements here.
function excerpt(text) {
  const paragraph = element("p");
  const plain = (part) => new DOMParser().parseFromString(`|${part}`, "text/html").body.textContent.slice(1);  // a parser drops spaces at the beginning
  for (const part of text.split(/(<mark>.*?<\/mark>)/s)) {
    paragraph.append(part.startsWith("<mark>") ? element("mark", { textContent: plain(part) }) : plain(part));
  }
  return paragraph;
}

// Words that were added for the search alone stand after a mark (findable.py) and are not shown.
function isInAddedWords(page) {
  const before = page.content.split("⁂")[0].trim().split(/\s+/).length;
  return page.excerpt.includes("⁂") || page.locations.every((location) => location >= before);
}

async function item({ result, about }) {
  const page = await result.data();
  const shown = element("li", {}, element("a", { href: page.url, textContent: page.meta.title }));
  if (page.meta.language) shown.append(element("span", { className: "cp-other-language", textContent: ` (${page.meta.language})` }));
  if (about.type) shown.append(element("span", { className: "cp-search-kind", textContent: told.filters[0].values[about.type[0]] }));
  shown.append(isInAddedWords(page) ? element("p", { textContent: page.meta.summary ?? "" }) : excerpt(page.excerpt));
  return shown;
}

// --- the dialog ------------------------------------------------------------------------------------------------------

const input = element("input", { type: "search", placeholder: words.placeholder, autocomplete: "off", enterKeyHint: "search" });
input.setAttribute("aria-label", words.label);
const close = element("button", { type: "button", textContent: words.close });
const wide = element("input", { type: "checkbox" });
const filters = told.filters.map(({ name, label, values }) => {
  const select = element("select");
  return { name, values, select, whole: element("label", { hidden: true }, element("span", { textContent: label }), select) };
});
const narrow = element("fieldset", { hidden: true }, element("legend", { textContent: words.filters }), ...filters.map(({ whole }) => whole));
const status = element("p", { className: "cp-search-status" });
status.setAttribute("role", "status");
const list = element("ol");
const more = element("button", { type: "button", textContent: words.more, hidden: true, className: "cp-search-more" });
const form = element("form", { method: "dialog" }, element("div", { className: "cp-search-row" }, input, close));
if (handbook) form.append(element("label", { className: "cp-search-wide" }, wide, words.handbook));
const dialog = element("dialog", { className: "cp-search" }, form, narrow, status, list, more);
dialog.setAttribute("aria-label", words.label);

const has = (name, value) => ({ about }) => !value || about[name]?.includes(value);

// Return what the filters let through, and offer in each the choices that the others leave. One without a choice is hidden.
function filtered(found) {
  for (const { name, values, select, whole } of filters) {
    const chosen = select.value;
    const left = filters.reduce((some, other) => (other.name === name ? some : some.filter(has(other.name, other.select.value))), found);
    const number = Object.fromEntries(Object.keys(values).map((value) => [value, left.filter(has(name, value)).length]));
    const choices = Object.keys(values).filter((value) => number[value] || value === chosen);
    whole.hidden = choices.length < 2 && !chosen;
    select.replaceChildren(element("option", { value: "", textContent: words.any }), ...choices.map((value) =>
      element("option", { value, textContent: `${values[value]} (${number[value]})`, selected: value === chosen })));
  }
  narrow.hidden = filters.every(({ whole }) => whole.hidden);
  return filters.reduce((some, { name, select }) => some.filter(has(name, select.value)), found);
}

// Offer the results that are not shown yet, a dozen at a time; the keyboard goes on where it was.
function offerMore(left, mine) {
  more.hidden = !left.length;
  more.onclick = async () => {
    const items = await Promise.all(left.slice(0, SHOWN).map(item));
    if (mine !== asked) return;
    list.append(...items);
    items[0].querySelector("a").focus();
    offerMore(left.slice(SHOWN), mine);
  };
}

let asked = 0;
async function search() {
  const query = input.value.trim();
  const mine = ++asked;
  list.replaceChildren();
  more.hidden = true;
  if (query.length < 2) {
    narrow.hidden = true;
    status.textContent = query ? words.hint : "";
    return;
  }
  try {
    const found = await find(query);
    if (mine !== asked) return;
    const left = filtered(found);
    const items = await Promise.all(left.slice(0, SHOWN).map(item));
    if (mine !== asked) return;
    const count = left.length;
    status.textContent = count === 0 ? words.none : (plural.select(count) === "one" ? words.count_one : words.count_other).replace("{n}", count);
    list.replaceChildren(...items);
    offerMore(left.slice(SHOWN), mine);
  } catch {
    wide.checked = false;  // the handbook may not be there; the own pages are
    status.replaceChildren(element("a", { href: link.href, textContent: words.failed }));
  }
}

let waiting;
input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 150); });
for (const changed of [wide, narrow]) changed.addEventListener("change", search);
close.addEventListener("click", () => dialog.close());
form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
dialog.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target === input) {  // a search field would only empty itself
    event.preventDefault();
    dialog.close();
  }
  const stops = [input, ...list.querySelectorAll("a")];
  const place = stops.indexOf(document.activeElement);
  if (stops.length < 2 || place < 0 || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  stops[(place + (event.key === "ArrowDown" ? 1 : -1) + stops.length) % stops.length].focus();
});
document.body.append(dialog);

export function open() {
  if (!dialog.open) dialog.showModal();
  input.select();
  opened(home).catch(() => {});
}
