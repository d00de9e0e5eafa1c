// Remembers ticks on this device, but only after the reader has asked for it: until then nothing is stored, and switching it
// off deletes what was. One entry for each list, under its address.
const key = "circlepress ticks " + location.pathname;
const boxes = [...document.querySelectorAll(".cp-checklist li > input")];
const remember = document.getElementById("cp-remember"), said = document.getElementById("cp-ticks");
const forgetful = said.textContent;

const stored = () => { try { return localStorage.getItem(key); } catch { return undefined; } };

function tell() {
  said.textContent = remember.checked ? remember.dataset.remembered : forgetful;
}

function keep() {
  try {
    if (remember.checked) localStorage.setItem(key, JSON.stringify(boxes.filter((box) => box.checked).map((box) => box.id)));
    else localStorage.removeItem(key);
  } catch {
    remember.checked = false;
  }
  tell();
}

const found = stored();
if (found !== undefined) {
  remember.parentElement.hidden = false;
  remember.checked = found !== null;
  if (found !== null) {
    let ticked = [];
    try { ticked = [].concat(JSON.parse(found)); } catch { /* somebody else's: begin anew */ }
    for (const box of boxes) box.checked = ticked.includes(box.id);
  }
  tell();
  remember.addEventListener("change", keep);
  for (const box of boxes) box.addEventListener("change", () => remember.checked && keep());
}
