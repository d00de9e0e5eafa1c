// The search dialog, loaded when someone searches. It asks Pagefind, of which each edition has its own index; what it says
// comes from `dialog.json` beside the index. The handbook's search adds words to the index, this side takes endings off
// where Pagefind cannot (docs/project/search.en.md says who does what). Nothing is stored on the reader's device.
const ROOT = new URL("..", import.meta.url);
const link = document.querySelector("[data-search]");
const home = new URL(link.dataset.search, document.baseURI);
const AT_ONCE = 12;
const MARK = "⁂";  // what follows it in a text was added for the index (search_words.py)
const EXCERPT = 30;
const RANKING = { pageLength: 0.35 };  // by default short pages, such as the glossary's entries, come before the guides

const style = element("link", { rel: "stylesheet", href: new URL("search.css", import.meta.url) });
const [told, pagefind] = await Promise.all([
  fetch(new URL("dialog.json", home)).then((answer) => answer.json()),
  import("./search/pagefind.js"),
  new Promise((resolve) => { style.onload = style.onerror = resolve; document.head.append(style); }),
]);
const words = told.words;
const plural = new Intl.PluralRules(document.documentElement.lang);

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// --- asking ----------------------------------------------------------------------------------------------------------

const indexes = {};
function opened(address) {
  return indexes[address] ??= (async () => {
    const filters = await fetch(new URL("filters.json", address));
    if (!filters.ok) throw new Error(`no index at ${address}`);
    const index = pagefind.createInstance({ basePath: new URL(address).pathname, baseUrl: ROOT.pathname, noWorker: true, ranking: RANKING });
    await index.init();
    return { index, about: await filters.json() };
  })().catch((error) => { delete indexes[address]; throw error; });
}

const plain = (word) => word.normalize("NFD").replace(/\p{M}/gu, "");

// Without the endings that Pagefind leaves on; the words of pages go through the same in search_words.py.
export function stem(word) {
  const { irregular, left, vowels, endings } = told.typed;
  const form = Object.keys(irregular).find((one) => word.endsWith(one));
  let short = form ? word.slice(0, -form.length) + irregular[form] : word;
  const found = endings.find(([ending, instead]) => short.endsWith(ending) && short.length - ending.length + instead.length >= left);
  if (found) short = short.slice(0, -found[0].length) + found[1];
  return short.replace(/[aeiouyáéíóúýæøåäö](?=[^aeiouyáéíóúýæøåäö]*$)/, (vowel) => vowels[vowel] ?? vowel);
}

// What to ask Pagefind; a phrase in quotes stays as it is.
const asked = (query) => query.includes('"') ? query : query.toLowerCase().split(/\s+/).map(stem).join(" ");

const lets = (filters) => ({ about }) => Object.entries(filters).every(([name, value]) => about[name]?.includes(value));

function count(pages, name) {
  const counts = {};
  for (const { about } of pages) for (const value of about[name] ?? []) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

// Return what is found, best first, each with what it can be filtered by; and for every filter, how many pages each of its
// choices would leave. An empty query finds everything that the filters let through.
export async function find(query, filters = {}, wide = false) {
  const addresses = [home.href, ...(wide ? [new URL(`${told.handbook.slice(1)}search/`, ROOT).href] : [])];
  const found = await Promise.all(addresses.map(async (address, number) => {
    const { index, about } = await opened(address);
    const { results } = await index.search(query ? asked(query) : null);
    // Scores say how rare a word is in its index: results of two are put in order by their distance from the best of each.
    return results.map((result) => ({ result, about: about[result.id] ?? {}, worth: (results[0].score ? result.score / results[0].score : 1) - number / 1000 }))
      .filter((one) => !number || !one.about.circle?.includes(told.circle));  // a microsite's own entry in the handbook
  }));
  let pages = found.flat().sort((a, b) => b.worth - a.worth);
  if (query && pages.length && !(await isMeant(pages[0].result, asked(query)))) pages = [];
  const counts = Object.fromEntries(told.filters.map(({ name }) => {
    const { [name]: _, ...others } = filters;
    return [name, count(pages.filter(lets(others)), name)];
  }));
  return { results: pages.filter(lets(filters)), counts };
}

// Where no word begins as the query does, Pagefind takes the longest word that the query begins with, be it of two letters.
// Only if half of what was asked for is in a word found is it taken as meant.
async function isMeant(result, query) {
  const page = await result.data();
  const all = page.raw_content.split(/\s+/);
  const typed = plain(query.toLowerCase()).match(/[\p{L}\p{N}]+/gu) ?? [];
  return page.locations.some((place) => typed.some((word) => (all[place] ?? "").split(/[^\p{L}\p{N}]+/u).some((found) =>
    plain(found.toLowerCase()).startsWith(word.slice(0, Math.max(2, Math.ceil(word.length / 2)))))));
}

// --- showing ---------------------------------------------------------------------------------------------------------

// Words of the page around what was found, marked. Found only through added words: the page's own beginning, with the
// word marked that they stand for, if it can be told.
export function excerpt(page, query) {
  const all = page.raw_content.split(/\s+/);
  const end = all.indexOf(MARK) < 0 ? all.length : all.indexOf(MARK);
  const typed = query.toLowerCase().split(/\s+/).filter((word) => word.length > 2).map((word) => plain(word).slice(0, Math.max(4, word.length - 3)));
  const marked = new Set(page.locations.filter((place) => place < end));
  if (!marked.size) {
    const place = all.findIndex((word, number) => number < end && typed.some((part) => plain(word.toLowerCase()).includes(part)));
    if (place >= 0) marked.add(place);
  }
  const places = [...marked].sort((a, b) => a - b);
  const within = (start) => places.filter((place) => place >= start && place < start + EXCERPT).length;
  const best = places.reduce((one, place) => (within(place - 5) > within(one) ? place - 5 : one), 0);
  const begin = afterTitle(all, page.meta.title);
  const start = best < begin ? begin : Math.max(begin, Math.min(best, end - EXCERPT));
  const paragraph = element("p");
  if (start > begin) paragraph.append("… ");
  const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
  all.slice(start, Math.min(end, start + EXCERPT)).forEach((word, number) => {
    paragraph.append(...(number ? [" "] : []), marked.has(start + number) ? element("mark", { textContent: unescaped(word) }) : unescaped(word));
  });
  if (start + EXCERPT < end) paragraph.append(" …");
  return paragraph;
}

// A page's text begins with its kind and its title, which stand above the excerpt anyway.
function afterTitle(all, title) {
  const wanted = title.split(/\s+/);
  const letters = (word) => word?.replace(/[.…]+$/, "");
  const place = all.slice(0, 12).findIndex((_, at) => wanted.every((word, number) => letters(all[at + number]) === letters(word)));
  return place < 0 ? 0 : place + wanted.length;
}

function shown(page, filters, query) {
  const about = [told.type[filters.type?.[0]], page.meta.language].filter(Boolean).join(" · ");
  const item = element("li", {}, element("a", { href: page.url, textContent: page.meta.title }));
  if (about) item.append(element("p", { className: "cp-search-kind", textContent: about }));
  item.append(excerpt(page, query));
  return item;
}

// --- the dialog ------------------------------------------------------------------------------------------------------

const input = element("input", { type: "search", placeholder: words.placeholder, autocomplete: "off", enterKeyHint: "search" });
input.setAttribute("aria-label", words.label);
const status = element("p", { className: "cp-search-status" });
status.setAttribute("role", "status");
const list = element("ol");
const more = element("div", { className: "cp-search-more" });
const close = element("button", { type: "button", textContent: words.close });
const wide = element("input", { type: "checkbox" });
const selects = told.filters.map(({ name, label, values }) => {
  const select = element("select", { name });
  const whole = element("label", {}, element("span", { textContent: label }), select);
  return { name, values, select, whole };
});
const clear = element("button", { type: "button", textContent: words.clear });
const filters = element("div", { className: "cp-search-filters" }, ...selects.map((one) => one.whole), clear);
const fold = element("details", {}, element("summary", { textContent: words.filters }), filters);
const options = element("div", { className: "cp-search-options" }, fold);
if (told.handbook) options.append(element("label", { className: "cp-search-wide" }, wide, element("span", { textContent: words.widen })));
const form = element("form", { method: "dialog", className: "cp-search-head" }, element("div", { className: "cp-search-row" }, input, close), options);
const dialog = element("dialog", { className: "cp-search" }, form, status, list, more);
dialog.setAttribute("aria-label", words.label);

const chosen = () => Object.fromEntries(selects.filter(({ select }) => select.value).map(({ name, select }) => [name, select.value]));

// A choice that would leave no page is not offered, a filter with nothing to choose is hidden.
function offer(counts, picked) {
  for (const { name, values, select, whole } of selects) {
    const choices = Object.keys(values).filter((value) => counts[name][value] || value === picked[name]);
    whole.hidden = !choices.length;
    select.replaceChildren(element("option", { value: "", textContent: words.any }), ...choices.map((value) =>
      element("option", { value, textContent: `${values[value]} (${counts[name][value] ?? 0})`, selected: value === picked[name] })));
    select.classList.toggle("cp-chosen", name in picked);
  }
  clear.hidden = !Object.keys(picked).length;
  fold.hidden = selects.every(({ whole }) => whole.hidden);
}

let turn = 0;
async function search() {
  const mine = ++turn;
  const query = input.value.trim();
  const picked = chosen();
  const isEmpty = query.length < 2;
  try {
    const found = await find(isEmpty ? "" : query, picked, wide.checked);
    if (mine !== turn) return;
    offer(found.counts, picked);
    more.replaceChildren();
    if (isEmpty && !Object.keys(picked).length) {
      list.replaceChildren();
      status.textContent = query ? words.hint : "";
      return;
    }
    await show(found.results, query, 0, mine);
    if (mine !== turn) return;
    const number = found.results.length;
    if (!number) more.replaceChildren(element("a", { href: link.href, textContent: words.all }));
    status.textContent = number === 0 ? words.none : (plural.select(number) === "one" ? words.count_one : words.count_other).replace("{n}", number);
  } catch {
    if (wide.checked) wide.checked = false;  // the handbook is not there; the own pages may be
    status.replaceChildren(element("a", { href: link.href, textContent: words.failed }));
  }
}

async function show(results, query, from, mine) {
  const items = await Promise.all(results.slice(from, from + AT_ONCE).map(async ({ result, about }) => shown(await result.data(), about, query)));
  if (mine !== turn) return;
  if (from) list.append(...items);
  else list.replaceChildren(...items);
  const next = element("button", { type: "button", textContent: words.more });
  next.addEventListener("click", async () => {
    await show(results, query, from + AT_ONCE, mine);
    list.children[from + AT_ONCE]?.querySelector("a").focus();
  });
  more.replaceChildren(...(results.length > from + AT_ONCE ? [next] : []));
}

let waiting;
input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 150); });
for (const changed of [wide, ...selects.map(({ select }) => select)]) changed.addEventListener("change", search);
clear.addEventListener("click", () => {
  for (const { select } of selects) select.value = "";
  selects.find(({ whole }) => !whole.hidden)?.select.focus();
  search();
});
close.addEventListener("click", () => dialog.close());
form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); search(); });
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
dialog.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {  // a search field would only empty itself
    event.preventDefault();
    dialog.close();
  }
  const results = [...list.querySelectorAll("a")];
  const place = [input, ...results].indexOf(document.activeElement);
  if (!results.length || place < 0 || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  const stops = [input, ...results];
  stops[(place + (event.key === "ArrowDown" ? 1 : -1) + stops.length) % stops.length].focus();
});
document.body.append(dialog);

export function open() {
  if (!dialog.open) dialog.showModal();
  fold.open ||= matchMedia("(min-width: 40rem)").matches;
  input.select();
  search();
}
