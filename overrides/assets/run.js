// Run mode: shows one block of the agenda at a time and how much of its time is left. All it needs is in the page, so it
// works without a network, and it keeps nothing when the page is closed. It never moves on by itself: people do.
"use strict";

(() => {
  const run = document.querySelector(".cp-run");
  const screen = run?.querySelector("[data-screen]");
  if (!screen) return;
  const MINUTE = 60000;
  const part = (name) => screen.querySelector(`[data-${name}]`);
  const words = run.dataset;
  const blocks = [...run.querySelectorAll("[data-agenda] > li")];
  const minutes = blocks.map((block) => Number(block.dataset.minutes));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let at = 0, spent = 0, since = null, waiting = null, over = false, awake = null, shown = "";

  const running = () => since !== null;
  const gone = () => spent + (running() ? Date.now() - since : 0);
  const rest = () => minutes[at] * MINUTE - gone();
  const stop = () => { spent = gone(); since = null; };

  function leftInWords() {
    const left = rest();
    if (left < 0 && left > -MINUTE) return words.left.replace("{n}", 0);
    return left >= 0 ? words.left.replace("{n}", Math.ceil(left / MINUTE)) : words.over.replace("{n}", Math.floor(-left / MINUTE));
  }

  const titleOf = (number) => blocks[number].querySelector(".cp-block-title");

  function copy(from, to) {
    to.replaceChildren(...(from ? [...from.childNodes].map((node) => node.cloneNode(true)) : []));
  }

  function show() {
    copy(titleOf(at), part("title"));
    copy(blocks[at].querySelector(".cp-invite") || blocks[at].querySelector(".cp-decides"), part("invitation"));
    const time = blocks[at].querySelector(".cp-time").textContent;
    part("where").textContent = `${at + 1} / ${blocks.length} · ${time}`;
    const following = part("following");
    if (at + 1 < blocks.length) {
      copy(titleOf(at + 1), following);
      following.prepend(`${words.next}: `);
      following.append(` (${minutes[at + 1]} min)`);
    } else {
      following.textContent = words.last;
    }
    blocks.forEach((block, number) => number === at ? block.setAttribute("aria-current", "step") : block.removeAttribute("aria-current"));
    tick();
  }

  function tick() {
    if (waiting !== null && Date.now() >= waiting) {
      since = waiting; spent = 0; waiting = null; note("");
      say();
    }
    const left = rest(), whole = Math.ceil(Math.abs(left) / MINUTE), exact = calm.matches ? Math.ceil(left / MINUTE) * MINUTE : left;
    const share = Math.max(0, Math.min(100, exact / (minutes[at] * MINUTE) * 100));
    const key = `${at} ${share.toFixed(2)} ${left < 0} ${leftInWords()} ${running()} ${over}`;
    if (key === shown) return;
    shown = key;
    part("rest").setAttribute("stroke-dasharray", `${(share * 3.1416).toFixed(2)} 314.16`);
    part("minutes").textContent = left < 0 ? "0" : whole;
    part("time-left").textContent = over ? "" : leftInWords();
    screen.classList.toggle("cp-run-over", left < 0);
    const button = screen.querySelector("[data-do=toggle]");
    button.textContent = running() || waiting !== null ? words.pause : gone() || at ? words.goOn : words.go;
    screen.querySelector("[data-do=back]").setAttribute("aria-disabled", String(at === 0));
    screen.querySelector("[data-do=forward]").setAttribute("aria-disabled", String(over));
  }

  function say(text) {
    part("said").textContent = text || `${titleOf(at).textContent}. ${leftInWords()}`;
  }

  function note(text) {
    part("note").textContent = text;
    part("note").hidden = !text;
  }

  function go(to) {
    if (to < 0) return;
    if (to >= blocks.length) {
      if (!over) { over = true; stop(); sleep(); note(words.done); say(words.done); tick(); }
      return;
    }
    over = false; waiting = null; note("");
    at = to; spent = 0;
    if (running()) since = Date.now();
    show();
    say();
  }

  function toggle() {
    over = false; note("");
    if (waiting !== null) waiting = null;
    else if (running()) { stop(); sleep(); }
    else { since = Date.now(); stayAwake(); say(); }
    tick();
  }

  function follow() {
    const begins = Date.parse(words.begins), now = Date.now();
    let passed = now - begins, number = 0;
    while (number < minutes.length && passed >= minutes[number] * MINUTE) passed -= minutes[number++] * MINUTE;
    if (number === minutes.length) { note(words.late); say(words.late); return; }
    over = false; at = number; note("");
    if (passed < 0) {
      spent = 0; since = null; waiting = begins;
      note(words.early); say(words.early);
    } else {
      spent = passed; since = now;
    }
    stayAwake();
    show();
    if (passed >= 0) say();
  }

  function lengthen(by) {
    const least = Math.max(1, Math.ceil(gone() / MINUTE));
    minutes[at] = by < 0 && minutes[at] + by < least ? Math.min(minutes[at], least) : minutes[at] + by;
    tick();
    say(leftInWords());
  }

  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else run.requestFullscreen?.().catch(() => {});
  }

  function stayAwake() {
    if (awake || !navigator.wakeLock) return;
    awake = navigator.wakeLock.request("screen").catch(() => null);
    awake.then((lock) => lock?.addEventListener("release", () => { awake = null; }));
  }

  function sleep() {
    awake?.then((lock) => lock?.release());
    awake = null;
  }

  const does = {
    toggle, follow, full, back: () => go(over ? at : at - 1), forward: () => go(at + 1), more: () => lengthen(1), less: () => lengthen(-1), ask: () => say(leftInWords()),
  };
  const keys = { " ": "toggle", ArrowLeft: "back", ArrowRight: "forward", "+": "more", "-": "less", "\u2212": "less", f: "full", F: "full", t: "ask", T: "ask" };

  screen.addEventListener("click", (event) => does[event.target.closest("[data-do]")?.dataset.do]?.());
  document.addEventListener("keydown", (event) => {
    const name = keys[event.key];
    if (!name || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    event.preventDefault();
    does[name]();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { if (running()) stayAwake(); tick(); } });
  if (!document.fullscreenEnabled) screen.querySelector("[data-do=full]").hidden = true;

  screen.hidden = false;
  show();
  setInterval(tick, 1000);
})();
