// Two languages side by side: the same page in another language is fetched and set beside this one, section by section.
// Headings have the same id in every language, which is how the sections find each other. Loaded when somebody asks for it.

const groups = (prose) => {
  const found = new Map([["", []]]);
  let id = "";
  for (const node of prose.children) {
    if (/^H[2-6]$/.test(node.tagName) && node.id) found.set((id = node.id), []);
    found.get(id).push(node);
  }
  return found;
};

const other = (nodes, language, address) => {
  const side = document.createElement("div");
  side.lang = language;
  for (const node of nodes) side.append(document.importNode(node, true));
  for (const node of side.querySelectorAll("[id]")) node.removeAttribute("id");
  for (const [name, attribute] of [["a", "href"], ["img", "src"]]) {
    for (const node of side.querySelectorAll(`${name}[${attribute}]`)) node[attribute] = new URL(node.getAttribute(attribute), address);
  }
  return side;
};

const pair = (mine, theirs, language, address) => {
  const row = document.createElement("div"), left = document.createElement("div");
  row.className = "cp-pair";
  left.append(...mine);
  row.append(left, other(theirs, language, address));
  return row;
};

export const show = async (address, language, end) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.status);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const prose = document.querySelector("main .cp-prose"), theirs = page.querySelector("main .cp-prose");
  const own = groups(prose), there = groups(theirs);
  const rows = [];
  for (const name of [".cp-page-head h1", ".cp-lede"]) {
    const [mine, yours] = [document.querySelector(`main ${name}`), page.querySelector(`main ${name}`)];
    if (mine && yours) {
      const place = document.createComment("");
      mine.replaceWith(place);
      place.replaceWith(pair([mine], [yours], language, address));
    }
  }
  for (const [id, nodes] of own) rows.push(pair(nodes, there.get(id) ?? [], language, address));
  for (const [id, nodes] of there) if (!own.has(id)) rows.push(pair([], nodes, language, address));
  const stop = document.createElement("a");
  const here = new URL(location);
  here.searchParams.delete("beside");
  Object.assign(stop, { href: here, textContent: end, className: "cp-beside-end" });
  prose.replaceChildren(...rows);
  prose.before(stop);
  here.searchParams.set("beside", language);
  history.replaceState(null, "", here);
  stop.focus();
};
