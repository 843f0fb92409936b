"use strict";
// Everything is there without this script. It filters, opens what a link leads to, and changes the colours; it stores nothing and asks for nothing.
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

  // The filter. Its state is the hash of the page, with an "=", which no id has.
  const filter = byId("filter");
  const findings = every(".finding").map((element) => ({
    element,
    verdict: element.dataset.verdict,
    rule: element.dataset.rule,
    number: element.querySelector(".number"),
    total: element.querySelector(".number").textContent,
    text: element.querySelector(".what").textContent.toLowerCase(),
    places: every(".places > li", element).map((place) => ({
      element: place,
      file: place.querySelector(".file")?.textContent.toLowerCase() ?? "",
      ats: every(".at", place).map((at) => ({ element: at, row: at.dataset.row, isNew: "new" in at.dataset, number: Number(at.dataset.number ?? 1), text: undefined })),
    })),
  }));
  const matrixRows = every("tr[data-row]").map((element) => ({ element, row: element.dataset.row, text: element.cells[0].textContent.toLowerCase() }));
  const sections = every(".verdicts").map((element) => ({ element, verdict: element.id, number: element.querySelector("h3 small"), total: element.querySelector("h3 small").textContent }));
  const tables = every("#tables [data-row]");
  const boxes = filter ? every('[name="show"]', filter) : [];

  const chosen = () => ({
    text: filter.elements.text.value.trim().toLowerCase(),
    row: filter.elements.row.selectedOptions[0]?.dataset.row,
    rule: filter.elements.rule.value,
    shown: new Set(boxes.filter((box) => box.checked).map((box) => box.value)),
    onlyNew: filter.elements.new?.checked ?? false,
  });
  const isAll = ({ text, row, rule, shown, onlyNew }) => !text && !row && !rule && !onlyNew && shown.size === boxes.length;
  const fits = (at, place, finding, { text, row, onlyNew }) =>
    (!row || at.row === row) &&
    (!onlyNew || at.isNew) &&
    (!text || finding.text.includes(text) || place.file.includes(text) || (at.text ??= at.element.textContent.toLowerCase()).includes(text));

  const apply = () => {
    const wanted = chosen();
    const all = isAll(wanted);
    const rows = new Set();
    const inSection = {};
    let shown = 0;
    let total = 0;
    for (const finding of findings) {
      const isChosen = wanted.shown.has(finding.verdict) && (!wanted.rule || finding.rule === wanted.rule);
      let inFinding = 0;
      for (const place of finding.places) {
        let inPlace = 0;
        for (const at of place.ats) {
          const visible = isChosen && fits(at, place, finding, wanted);
          at.element.hidden = !visible;
          total += at.number;
          if (!visible) continue;
          inPlace += at.number;
          rows.add(at.row);
        }
        place.element.hidden = !inPlace;
        inFinding += inPlace;
      }
      finding.element.hidden = !inFinding && !all;
      finding.number.textContent = all ? finding.total : inFinding > 1 ? inFinding.toLocaleString("en") : "";
      shown += inFinding;
      inSection[finding.verdict] = (inSection[finding.verdict] ?? 0) + inFinding;
    }
    for (const { element, row, text } of matrixRows) element.hidden = !all && !rows.has(row) && !(wanted.text && !wanted.row && text.includes(wanted.text));
    for (const table of tables) table.hidden = !all && !rows.has(table.dataset.row);
    for (const { element, verdict, number, total: before } of sections) {
      element.hidden = !all && !inSection[verdict];
      number.textContent = all ? before : (inSection[verdict] ?? 0).toLocaleString("en");
    }
    byId("findings").classList.toggle("filtered", !all);
    const words = `${total.toLocaleString("en")} result${total === 1 ? "" : "s"}`;
    byId("matches").textContent = all ? "" : `${shown.toLocaleString("en")} of ${words}`;
    byId("reset").hidden = all;
    byId("no-match").hidden = all || shown > 0;
  };

  const written = () => {
    const state = new URLSearchParams();
    for (const name of ["text", "row", "rule"]) if (filter.elements[name].value) state.set(name, filter.elements[name].value);
    const shown = boxes.filter((box) => box.checked).map((box) => box.value);
    if (shown.length !== boxes.length) state.set("show", shown.join());
    if (filter.elements.new?.checked) state.set("new", "only");
    return state.toString();
  };
  const read = (state) => {
    for (const name of ["text", "row", "rule"]) filter.elements[name].value = state.get(name) ?? "";
    for (const name of ["row", "rule"]) if (filter.elements[name].selectedIndex < 0) filter.elements[name].selectedIndex = 0;
    const shown = state.get("show")?.split(",");
    for (const box of boxes) box.checked = !shown || shown.includes(box.value);
    if (filter.elements.new) filter.elements.new.checked = state.has("new");
  };
  const changed = () => {
    history.replaceState(null, "", `#${written()}`);
    apply();
  };

  // A link to something opens it, and gives it the focus. A mark of the matrix leads to the place in its row.
  let markedRow;
  const reveal = () => {
    const hash = location.hash.slice(1);
    if (filter && hash.includes("=")) {
      read(new URLSearchParams(hash));
      apply();
      return;
    }
    const target = hash && byId(hash);
    if (!target) return;
    if (target.closest("[hidden]") && filter) {
      read(new URLSearchParams());
      apply();
    }
    for (let outer = target.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
    const place = markedRow && target.querySelector(`.at[data-row="${markedRow}"]`);
    markedRow = undefined;
    if (place) place.tabIndex = -1;
    const focused = place || (target.matches("details") ? target.querySelector("summary") : target);
    (place || target).scrollIntoView({ block: place ? "center" : "start" });
    focused.focus({ preventScroll: true });
  };

  if (filter) {
    filter.hidden = false;
    filter.addEventListener("submit", (event) => event.preventDefault());
    let waiting;
    filter.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(changed, 120);
    });
    byId("reset").addEventListener("click", () => {
      read(new URLSearchParams());
      changed();
      filter.elements.text.focus();
    });
    const openAll = byId("open-all");
    openAll.hidden = !findings.length;
    openAll.addEventListener("click", () => {
      const open = openAll.getAttribute("aria-pressed") !== "true";
      openAll.setAttribute("aria-pressed", String(open));
      for (const { element } of findings) element.open = open;
    });
    apply();
  }

  // The matrix is one stop of the Tab key; arrows move in it.
  for (const hint of every(".keys")) hint.hidden = false;
  for (const matrix of every("table.matrix")) {
    let current = matrix.querySelector("tbody a");
    for (const link of every("tbody a", matrix)) if (link !== current) link.tabIndex = -1;
    matrix.addEventListener("focusin", (event) => {
      if (!event.target.closest("tbody")) return;
      current.tabIndex = -1;
      current = event.target;
      current.tabIndex = 0;
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

  // An edit is copied where the browser lets a page do so.
  for (const button of navigator.clipboard ? every(".copy") : []) {
    const edit = button.closest(".edit");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const said = await navigator.clipboard.writeText(edit.querySelector("pre").textContent).then(
        () => "Copied",
        () => "The browser does not allow it: select the text.",
      );
      edit.querySelector("[role=status]").textContent = said;
    });
  }

  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    markedRow = link?.closest(".matrix td") && link.closest("tr").dataset.row;
    // The same link again changes no hash.
    if (link?.hash !== location.hash) return;
    event.preventDefault();
    reveal();
  });
  reveal();
})();
