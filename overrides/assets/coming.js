// What is coming up: a page that was made some days ago leaves out what has passed by the reader's own clock.

for (const entry of document.querySelectorAll("[data-over]")) entry.hidden = new Date(entry.dataset.over) < new Date();
const months = [...document.querySelectorAll("section:has(> .cp-dates)")];
for (const month of months) month.hidden = !month.querySelector("[data-over]:not([hidden])");
document.querySelector(".cp-none").hidden = months.some((month) => !month.hidden);
