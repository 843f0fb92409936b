"use strict";
// Everything is there and open without this script. It folds, filters, and changes the colours; it stores nothing and asks for nothing.
(() => {
  const every = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const page = document.documentElement;

  // Colours: the system's, until someone chooses.
  const theme = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (page.dataset.theme ? page.dataset.theme === "dark" : system.matches);
  const showTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.hidden = false;
  theme.addEventListener("click", () => {
    page.dataset.theme = isDark() ? "light" : "dark";
    showTheme();
  });
  system.addEventListener("change", showTheme);
  showTheme();

  // Folding. What is folded can still be found by the browser's own search, and is printed.
  const setOpen = (fold, open) => {
    fold.querySelector(":scope > .fold-title > button").setAttribute("aria-expanded", String(open));
    const body = fold.querySelector(":scope > .fold-body");
    if (open) body.removeAttribute("hidden");
    else body.setAttribute("hidden", "until-found");
  };
  const folds = every(".fold");
  for (const fold of folds) {
    const title = fold.querySelector(":scope > .fold-title");
    const body = fold.querySelector(":scope > .fold-body");
    const button = document.createElement("button");
    button.type = "button";
    button.append(...title.childNodes);
    title.append(button);
    body.id = `${fold.id}-body`;
    button.setAttribute("aria-controls", body.id);
    button.addEventListener("click", () => setOpen(fold, button.getAttribute("aria-expanded") !== "true"));
    body.addEventListener("beforematch", () => setOpen(fold, true));
    setOpen(fold, !fold.hasAttribute("data-folded"));
  }
  const tables = every(".table");
  const foldAll = byId("fold-all");
  let allOpen = tables.some((table) => !table.hasAttribute("data-folded"));
  const showFoldAll = () => {
    foldAll.setAttribute("aria-expanded", String(allOpen));
    foldAll.textContent = allOpen ? "Collapse all" : "Expand all";
  };

  // A link into a fold opens it, and what it leads to gets the focus.
  const reveal = () => {
    const target = location.hash.length > 1 && byId(location.hash.slice(1));
    if (!target) return;
    for (let fold = target.closest(".fold"); fold; fold = fold.parentElement.closest(".fold")) setOpen(fold, true);
    if (target.hidden || target.closest("[hidden]")) {
      filter.reset();
      apply();
    }
    target.scrollIntoView({ block: "start" });
    if (target.matches("[tabindex]")) target.focus({ preventScroll: true });
  };

  // The filter.
  const filter = byId("filter");
  const apply = () => {
    const wanted = filter.elements.text.value.trim().toLowerCase();
    const chosen = (name) => new Set(every(`[name="${name}"]:checked`, filter).map((box) => box.value));
    const statuses = chosen("status");
    const severities = chosen("severity");
    let shown = 0;
    let total = 0;
    for (const { row, table, address, passed, items } of rows) {
      const whole = address.includes(wanted);
      let visible = 0;
      for (const item of items) {
        const fits = statuses.has(item.status) && severities.has(item.severity) && (whole || item.text().includes(wanted));
        item.element.hidden = !fits;
        visible += fits;
        if (item.status !== "pass") {
          total += 1;
          shown += fits;
        }
      }
      const all = statuses.size === 4 && severities.size === 3;
      table.hidden = !(visible || (all && whole));
      if (row) row.hidden = table.hidden;
      if (passed) passed.hidden = !items.some((item) => item.status === "pass" && !item.element.hidden);
    }
    for (const part of every(".matrix-group .fold, .matrix-group, .group")) {
      part.hidden = !part.querySelector(".table:not([hidden]), tbody tr:not([hidden])");
    }
    const all = `${total.toLocaleString("en")} finding${total === 1 ? "" : "s"}`;
    byId("matches").textContent = shown === total ? all : `${shown.toLocaleString("en")} of ${all}`;
    byId("no-match").hidden = tables.some((table) => !table.hidden);
  };
  let rows = [];
  if (filter) {
    const inMatrix = new Map(every("tr[data-row]").map((row) => [row.dataset.row, row]));
    rows = tables.map((table) => ({
      table,
      row: inMatrix.get(table.id),
      address: table.dataset.text.toLowerCase(),
      passed: table.querySelector(".passed"),
      items: every(".item", table).map((element) => {
        let text;
        return {
          element,
          status: element.dataset.status,
          severity: element.dataset.severity,
          text: () => (text ??= element.textContent.toLowerCase()),
        };
      }),
    }));
    filter.hidden = false;
    filter.addEventListener("submit", (event) => event.preventDefault());
    let waiting;
    filter.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(apply, 120);
    });
    foldAll.addEventListener("click", () => {
      allOpen = !allOpen;
      for (const table of tables) setOpen(table, allOpen);
      showFoldAll();
    });
    showFoldAll();
    apply();
  }

  // The matrix is one stop of the Tab key; arrows move in it.
  for (const hint of every(".keys")) hint.hidden = false;
  for (const matrix of every("table.matrix")) {
    const links = every("tbody a", matrix);
    for (const link of links.slice(1)) link.tabIndex = -1;
    let current = links[0];
    const enter = (link) => {
      current.tabIndex = -1;
      current = link;
      current.tabIndex = 0;
    };
    matrix.addEventListener("focusin", (event) => {
      if (event.target.closest("tbody")) enter(event.target);
    });
    matrix.addEventListener("keydown", (event) => {
      const cell = event.target.closest("tbody th, tbody td");
      if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      const ends = { Home: 0, End: -1 }[event.key];
      let next;
      if (step) {
        const lines = every("tbody tr:not([hidden])", matrix);
        let [x, y] = [cell.cellIndex, lines.indexOf(cell.parentElement)];
        do {
          x += step[0];
          y += step[1];
        } while (lines[y]?.cells[x] && !lines[y].cells[x].querySelector("a"));
        next = lines[y]?.cells[x]?.querySelector("a");
      } else if (ends !== undefined) {
        next = every("a", cell.parentElement).at(ends);
      } else {
        return;
      }
      event.preventDefault();
      if (next) next.focus();
    });
  }

  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    // The same link again changes no hash.
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) reveal();
  });
  reveal();
})();
