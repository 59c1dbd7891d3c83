"use strict";
(() => {
  const root = document.documentElement;
  const cards = [...document.querySelectorAll("article.finding")];
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const button = document.getElementById("language");

  // The language: that of the reader, until it is chosen.
  const speak = (language) => {
    root.lang = language;
    button.textContent = language === "zh" ? "English" : "中文";
    button.lang = language === "zh" ? "en" : "zh";
  };
  button.hidden = false;
  button.addEventListener("click", () => speak(root.lang === "zh" ? "en" : "zh"));
  speak(navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

  // Filters: what a card is about is in its attributes.
  const filter = () => {
    const data = new FormData(form);
    const levels = new Set(data.getAll("severity"));
    const [operation, rule] = [data.get("operation"), data.get("rule")];
    let count = 0;
    for (const card of cards) {
      const fits = levels.has(card.dataset.severity)
        && (!rule || card.dataset.rule === rule)
        && (!operation || card.dataset.operations.split("\n").includes(operation));
      card.hidden = !fits;
      const row = card.closest("tr");
      if (row) row.hidden = !fits;
      const line = document.querySelector(`[data-finding="${card.id.slice(1)}"]`);
      if (line) line.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = `${count} / ${cards.length}`;
  };
  form.hidden = false;
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();

  // Runs of lines that are far from every change fold away.
  const unfold = (rows, more) => {
    for (const row of rows) row.hidden = false;
    more.remove();
  };
  const runs = [];
  for (const row of document.querySelectorAll("tr.fold")) {
    const run = runs[runs.length - 1];
    if (run && run[run.length - 1].nextElementSibling === row) run.push(row);
    else runs.push([row]);
  }
  const folded = new Map();
  for (const run of runs.filter((run) => run.length > 3)) {
    const more = document.createElement("tr");
    more.className = "more";
    const cell = more.insertCell();
    cell.colSpan = 4;
    const open = document.createElement("button");
    open.type = "button";
    open.textContent = `⋯ ${run.length}`;
    open.addEventListener("click", () => unfold(run, more));
    cell.append(open);
    run[0].before(more);
    for (const row of run) {
      row.hidden = true;
      folded.set(row, () => unfold(run, more));
    }
  }
  // A link to a line that is folded away shows it.
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const row = target && target.closest("tr");
    if (row && row.hidden && folded.has(row)) folded.get(row)();
    if (target) target.scrollIntoView({ block: "center" });
  };
  window.addEventListener("hashchange", reveal);
  reveal();
})();
