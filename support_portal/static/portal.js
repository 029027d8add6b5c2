/* Support portal: small helpers. Every page works without this file.
   No inline handlers, no eval, no style attributes in markup. */
(() => {
  "use strict";
  const doc = document, root = doc.documentElement;
  const $ = (s, el = doc) => el.querySelector(s), $$ = (s, el = doc) => [...el.querySelectorAll(s)];
  root.classList.add("js");

  /* single-key shortcuts: the choice stays in this browser */
  const store = { get(k) { try { return localStorage.getItem(k); } catch { return null; } }, set(k, v) { try { localStorage.setItem(k, v); } catch { /* private mode */ } } };
  const setKeys = on => { root.dataset.shortcuts = on ? "on" : "off"; $$("[data-shortcuts-toggle]").forEach(c => { c.checked = on; }); };
  setKeys(store.get("shortcuts") !== "off");
  $$("[data-shortcuts-toggle]").forEach(c => c.addEventListener("change", () => { store.set("shortcuts", c.checked ? "on" : "off"); setKeys(c.checked); }));

  /* the error summary, or the field with the error, takes focus */
  $("[data-focus]")?.focus();

  /* one polite message at a time */
  const say = text => { $(".toast")?.remove(); const t = doc.createElement("div"); t.className = "toast"; t.setAttribute("role", "status"); doc.body.append(t); t.textContent = text; setTimeout(() => t.remove(), 4000); };

  const copy = async text => { try { await navigator.clipboard.writeText(text); say("Copied"); } catch { say("Copying is blocked. Select the text and copy it."); } };
  const open = id => { const d = doc.getElementById(id); if (d instanceof HTMLDialogElement && !d.open) { d.showModal(); return true; } return false; };

  doc.addEventListener("click", e => {
    const el = e.target.closest("button, a"); if (!el) return;
    if (el.dataset.open && open(el.dataset.open)) e.preventDefault();
    else if ("close" in el.dataset) el.closest("dialog")?.close();
    else if (el.dataset.copy) copy(el.dataset.copy);
    else if (el.dataset.copyFrom) copy($$("li", doc.getElementById(el.dataset.copyFrom)).map(li => li.textContent.trim()).join("\n"));
    else if ("print" in el.dataset) print();
    else if (el.dataset.reveal) { const i = doc.getElementById(el.dataset.reveal), on = i.type === "password"; i.type = on ? "text" : "password"; el.setAttribute("aria-pressed", String(on)); el.firstChild.textContent = on ? "Hide" : "Show"; }
    else if ("reply" in el.dataset) { e.preventDefault(); compose("reply"); }
  });

  /* composer */
  const compose = kind => { const r = $(`[data-kind][value="${kind}"]`); if (!r) return; r.checked = true; r.dispatchEvent(new Event("change", { bubbles: true })); const b = $("#body"); b.scrollIntoView({ block: "center" }); b.focus({ preventScroll: true }); };
  doc.addEventListener("change", e => {
    const t = e.target;
    if ("kind" in t.dataset) { const l = $("[data-to]"), note = t.value === "note"; l.textContent = note ? l.dataset.toNote : l.dataset.to; $("#body").placeholder = note ? "For agents only" : "Write plainly and kindly. Say what happens next."; }
    if ("canned" in t.dataset && t.value) { const b = $("#body"); b.setRangeText((b.value ? "\n\n" : "") + t.value, b.selectionEnd, b.selectionEnd, "end"); t.selectedIndex = 0; b.focus(); }
    if (t.name === "pick") t.closest("tr")?.classList.toggle("sel-row", t.checked);
  });

  /* keyboard: single keys can be switched off (WCAG 2.1.4) and never act alone on a decision */
  let lastG = 0;
  const rows = () => $$("[data-queue] .who");
  const move = step => { const r = rows(); if (!r.length) return false; const i = r.indexOf(doc.activeElement); const n = r[Math.min(r.length - 1, Math.max(0, i < 0 ? 0 : i + step))]; n.focus(); n.scrollIntoView({ block: "nearest" }); return true; };
  const press = sel => { const el = $(sel); if (!el) return false; if (el.getAttribute("aria-disabled") === "true") { say(doc.getElementById(el.getAttribute("aria-describedby"))?.textContent || "Not possible yet"); return true; } el.click(); return true; };
  doc.addEventListener("keydown", e => {
    const t = e.target, typing = t.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
    if (e.key === "Escape" && typing) { t.blur(); return; }
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && t.form) { t.form.requestSubmit(); return; }
    if (typing || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]") || root.dataset.shortcuts === "off") return;
    const k = e.key; let done = false;
    if (Date.now() - lastG < 900) { lastG = 0; if (press(`[data-go="${CSS.escape(k)}"]`)) { e.preventDefault(); return; } }
    if (k === "g") { lastG = Date.now(); done = true; }
    else if (k === "/") { const s = $("[data-search]"); if (s) { s.focus(); done = true; } }
    else if (k === "?") done = open("keys");
    else if (k === "j") done = move(1) || press("[data-next]");
    else if (k === "k") done = move(-1) || press("[data-prev]");
    else if (k === "x") { const c = doc.activeElement?.closest("tr")?.querySelector(".cb"); if (c) { c.click(); done = true; } }
    else if ($("[data-case]")) {
      if (k === "a" || k === "d") done = press(`.decide [data-key="${k}"]`);
      else if (k === "r") { compose("reply"); done = true; }
      else if (k === "n") { compose("note"); done = true; }
      else if (k === "v") done = press("[data-recheck]");
      else if (k === "i") done = press("[data-assign]");
      else if (k === "u") done = press("[data-up]");
    }
    if (done) e.preventDefault();
  });

  /* when the decision panel is out of sight, its buttons appear in the top bar */
  const panel = $(".decide");
  if (panel && "IntersectionObserver" in window) new IntersectionObserver(list => { root.dataset.decide = list[list.length - 1].isIntersecting ? "here" : "away"; }, { rootMargin: "-60px 0px 0px" }).observe(panel);

  /* a page that waits for news looks for it by itself, and never under somebody's hands */
  const until = Date.now() + 30 * 60000, waiting = () => $("[data-refresh]");
  const isBusy = part => doc.hidden || part.contains(doc.activeElement) || $$("input:not([type=hidden]), textarea", part).some(f => f.value !== f.defaultValue);
  const told = page => { const here = $("[data-news]"), there = $("[data-news]", page); if (!here || !there || here.textContent === there.textContent) return false; here.textContent = there.textContent; return true; };
  const look = async () => {
    const part = waiting();
    if (!part || Date.now() > until) return;
    try {
      const answer = isBusy(part) ? null : await fetch(location.pathname, { headers: { "X-Refresh": "1" } });
      const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
      const fresh = page && $("[data-refresh]", page);
      if (page && !fresh) { location.reload(); return; }
      if (fresh && fresh.dataset.stand !== part.dataset.stand && !isBusy(part)) { part.replaceWith(doc.adoptNode(fresh)); doc.title = page.title; if (!told(page)) say("There is news on this page"); }
    } catch { /* offline: the next look may work */ }
    setTimeout(look, Number(waiting()?.dataset.refresh || 60) * 1000);
  };
  if (waiting()) setTimeout(look, Number(waiting().dataset.refresh) * 1000);
})();
