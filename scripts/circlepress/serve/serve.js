// Added to pages by `circlepress serve` only: loads the page again after a build, and shows what is wrong in the project.
const show = async () => {
  const problems = await (await fetch("/_circlepress/problems")).json();
  if (!problems.length) return;
  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const list = element("ol", {}, ...problems.slice(0, 20).map((problem) => element("li", {},
    element("code", { textContent: problem.place }), ` ${problem.message}`, element("p", { textContent: problem.hint }))));
  if (problems.length > 20) list.append(element("li", { textContent: `… and ${problems.length - 20} more; the terminal shows all.` }));
  const panel = element("details", { className: "cp-serve", open: sessionStorage.getItem("cp-serve") !== "closed" },
    element("summary", { textContent: problems.length === 1 ? "1 thing to mend" : `${problems.length} things to mend` }), list);
  panel.lang = "en";
  panel.addEventListener("toggle", () => sessionStorage.setItem("cp-serve", panel.open ? "open" : "closed"));
  const frame = element("aside", {}, panel);
  frame.setAttribute("aria-label", "circlepress serve");
  document.body.prepend(frame);
};

const build = new URL(document.currentScript.src).search.slice(1);  // the one this page is from
const changes = new EventSource(`/_circlepress/changes?after=${build}&page=${encodeURIComponent(location.pathname)}`);
changes.addEventListener("message", (event) => {
  if (event.data === "changed") location.reload();
});
show().catch(() => {});
