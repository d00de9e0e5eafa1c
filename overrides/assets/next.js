// What is next by the reader's clock: meetings that are over since the page was made are taken out, and the first one that
// will be held moves up. Without this script the day on which the page was made decides.
{
  const over = (step) => step.dataset.until && Date.parse(step.dataset.until) < Date.now();
  const next = document.querySelector("[data-next]"), after = document.querySelector("[data-after]");
  const isHeld = (step) => !step.classList.contains("cp-step-cancelled");

  if (next && [...next.children].some(isHeld)) {
    const steps = [...next.children, ...(after?.children ?? [])];
    const gone = steps.filter(over);
    for (const step of gone) step.remove();
    while (after?.children.length && ![...next.children].some(isHeld)) next.append(after.children[0]);
    if (after && !after.children.length) after.closest("section").hidden = true;
    if (gone.some(isHeld)) document.querySelector("[data-begins]")?.remove();
    if (![...next.children].some(isHeld)) document.querySelector("[data-said]").hidden = false;
  }
}
