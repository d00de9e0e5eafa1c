// The directory of circles: with this script, values of its filters are combined here instead of leading to pages of their own.
// Circles that have one of the chosen values of each filter are shown; how many there are is said, and the address keeps the choice.

const filters = [...document.querySelectorAll("[data-facet]")];
const cards = [...document.querySelectorAll("[data-facets]")].map((card) => ({ card, facets: card.dataset.facets.split(" ") }));
const found = document.querySelector(".cp-found [role=status]");
const clear = document.querySelector(".cp-clear");
const facetOf = (value) => value.split("=")[0];
const isPressed = (filter) => filter.getAttribute("aria-pressed") === "true";
const fits = ({ facets }, chosen) => Object.values(grouped(chosen)).every((values) => values.some((value) => facets.includes(value)));

function grouped(values) {
  const groups = {};
  for (const value of values) (groups[facetOf(value)] ??= []).push(value);
  return groups;
}

function show() {
  const chosen = filters.filter(isPressed).map((filter) => filter.dataset.facet);
  let number = 0;
  for (const one of cards) {
    one.card.hidden = !fits(one, chosen);
    number += !one.card.hidden;
  }
  for (const section of document.querySelectorAll("section:has(> .cp-cards)")) section.hidden = !section.querySelector(".cp-card:not([hidden])");
  for (const filter of filters) {  // how many there would be with this value and what is chosen of the other filters
    const others = chosen.filter((value) => facetOf(value) !== facetOf(filter.dataset.facet));
    filter.querySelector(".cp-count").textContent = `(${cards.filter((one) => fits(one, [...others, filter.dataset.facet])).length})`;
  }
  const form = new Intl.PluralRules(document.documentElement.lang).select(number) === "one" ? found.dataset.one : found.dataset.other;
  found.textContent = number ? form.replace("{n}", number) : found.dataset.none;
  clear.hidden = !chosen.length;
  return chosen;
}

function choose(values) {
  for (const filter of filters) {
    const isChosen = values.includes(filter.dataset.facet);
    filter.setAttribute("aria-pressed", isChosen);
    if (isChosen) filter.closest("details").open = true;
  }
  show();
}

function keep(chosen) {
  history.replaceState(null, "", location.pathname + (chosen.length ? `?${chosen.join("&")}` : ""));
  for (const link of document.querySelectorAll(".cp-languages a")) link.search = location.search;
}

const asked = () => location.search.slice(1).split("&").filter((value) => filters.some((filter) => filter.dataset.facet === value));

if (found) {
  for (const details of document.querySelectorAll(".cp-filters details")) details.removeAttribute("name");  // several may stand open
  for (const filter of filters) {
    filter.setAttribute("role", "button");
    const toggle = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      filter.setAttribute("aria-pressed", !isPressed(filter));
      keep(show());
    };
    filter.addEventListener("click", toggle);
    filter.addEventListener("keydown", (event) => { if (event.key === " ") toggle(event); });
  }
  clear.setAttribute("role", "button");
  const none = (event) => {
    event.preventDefault();
    choose([]);
    keep([]);
    document.querySelector(".cp-filters summary").focus();
  };
  clear.addEventListener("click", none);
  clear.addEventListener("keydown", (event) => { if (event.key === " ") none(event); });
  choose(asked());
  keep(asked());
}
