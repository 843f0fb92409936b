// The playground: an editor of several files, the answer of dyncheck to them, and links that carry them. It stores nothing.
const byId = (id) => document.getElementById(id);
const here = import.meta.url;

// A name as the worker accepts it: a relative path without "..".
const NAME = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.][\w. -]*(?:\/[\w.][\w. -]*)*$/;
const MOST_FILES = 60;
const MOST_CHARACTERS = 4_000_000;
// Some programs cut longer links.
const LONG_LINK = 8_000;
const PAUSE = 500;
const LONG_CHECK = 4_000;
const LONG_FIX = 5;
const MOST_FINDINGS = 100;

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
};

// Colours: the system's, until someone chooses.
const theme = byId("theme");
const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
const showTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  showTheme();
});
system.addEventListener("change", showTheme);
showTheme();

// The files: their names, their texts, and the one that is edited.
const files = new Map();
let active = "";
const text = byId("text");
const nameField = byId("name");

// The verdicts of each line: file, line, verdict.
let marks = new Map();
let currentLine = 0;
const RANK = ["error", "warning", "note", "unknown"];

const showTabs = () => {
  byId("tabs").replaceChildren(
    ...[...files.keys()].map((name) => {
      const isActive = name === active;
      const tab = element("button", { type: "button", textContent: name, id: `tab-${name}`, tabIndex: isActive ? 0 : -1 });
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String(isActive));
      tab.setAttribute("aria-controls", "panel");
      tab.addEventListener("click", () => select(name));
      return tab;
    }),
  );
  byId("panel").setAttribute("aria-labelledby", `tab-${active}`);
};

const select = (name) => {
  active = name;
  currentLine = 0;
  text.value = files.get(name);
  nameField.value = name;
  byId("name-problem").textContent = "";
  showTabs();
  showLines();
  text.scrollTop = 0;
};

// The numbers are one text, and only marked lines are elements, so that a file may have many thousand lines.
let numbered = 0;
const showLines = () => {
  const count = text.value.split("\n").length;
  if (count !== numbered) byId("numbers").textContent = Array.from({ length: count }, (_, index) => index + 1).join("\n");
  numbered = count;
  const found = [...(marks.get(active) ?? new Map())].filter(([line]) => line <= count);
  byId("margin").replaceChildren(...found.map(([line, verdict]) => atLine(line, { className: verdict, textContent: line })));
  const lines = found.map(([line, verdict]) => atLine(line, { className: verdict }));
  byId("lines").replaceChildren(...lines, ...(currentLine ? [atLine(currentLine, { className: "current" })] : []));
  follow();
};

const atLine = (line, properties) => {
  const made = element("span", properties);
  made.style.top = `calc(var(--line-height) * ${line - 1})`;
  return made;
};

const follow = () => {
  for (const layer of ["numbers", "margin", "lines"]) byId(layer).style.transform = `translateY(${-text.scrollTop}px)`;
};
text.addEventListener("scroll", follow);

byId("tabs").addEventListener("keydown", (event) => {
  const names = [...files.keys()];
  const place = names.indexOf(active);
  const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: names.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  select(names[(next + names.length) % names.length]);
  document.getElementById(`tab-${active}`).focus();
});

const rename = (name) => {
  const entries = [...files].map(([each, content]) => [each === active ? name : each, content]);
  files.clear();
  for (const [each, content] of entries) files.set(each, content);
  active = name;
  nameField.value = name;
  showTabs();
};

const whyInvalid = (name) => {
  if (!NAME.test(name)) return "A name is a relative path, such as modules/table/main.tf.";
  return name !== active && files.has(name) ? `There is a file ${name} already.` : "";
};

nameField.addEventListener("change", () => {
  const name = nameField.value.trim();
  const problem = whyInvalid(name);
  byId("name-problem").textContent = problem;
  nameField.setAttribute("aria-invalid", String(Boolean(problem)));
  if (problem || name === active) return;
  rename(name);
  edited();
});

const unused = (name) => {
  const [, stem, ending] = name.match(/^(.*?)((?:\.[^./]*)*)$/);
  let found = name;
  for (let number = 2; files.has(found); number++) found = `${stem}-${number}${ending}`;
  return found;
};

byId("add").addEventListener("click", () => {
  const name = unused("file.tf");
  files.set(name, "");
  select(name);
  edited();
  nameField.focus();
  nameField.select();
});

byId("remove").addEventListener("click", () => {
  const names = [...files.keys()];
  const place = names.indexOf(active);
  files.delete(active);
  if (!files.size) files.set("main.tf", "");
  select(names[place + 1] ?? names[place - 1] ?? "main.tf");
  edited();
  document.getElementById(`tab-${active}`).focus();
});

byId("open").addEventListener("change", async ({ target }) => {
  for (const file of target.files) files.set(NAME.test(file.name) ? file.name : unused("file.tf"), await file.text());
  const last = [...target.files].at(-1)?.name;
  target.value = "";
  select(files.has(last) ? last : active);
  edited();
});

const looksLikePlan = (content) => /^\uFEFF?\s*\{/.test(content) && content.includes('"format_version"');

let pause = 0;
const edited = () => {
  byId("example").value = "";
  byId("shared").textContent = "";
  clearTimeout(pause);
  pause = setTimeout(check, PAUSE);
};

text.addEventListener("input", () => {
  files.set(active, text.value);
  if (!active.endsWith(".json") && looksLikePlan(text.value)) rename(unused("plan.json"));
  showLines();
  edited();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    check();
  }
});
byId("check").addEventListener("click", () => check());

// The worker. Its code is imported by a blob, because only then the policy of this page is the worker's too.
const source = URL.createObjectURL(new Blob([`import ${JSON.stringify(new URL("worker.js", here).href)};`], { type: "text/javascript" }));
let worker = null;
let isReady = false;
let running = 0;
let isWaiting = false;
let patience = 0;
let total = 1;

const show = (state, words = "") => {
  document.body.dataset.state = state;
  byId("loading").hidden = state !== "loading";
  byId("retry").hidden = state !== "failed";
  byId("stop").hidden = true;
  byId("status").textContent = words;
};

const start = () => {
  worker?.terminate();
  isReady = false;
  running = 0;
  isWaiting = true;
  byId("progress").value = 0;
  show("loading");
  worker = new Worker(source, { type: "module" });
  worker.addEventListener("message", ({ data }) => receive[data.type](data));
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    receive.failed({ message: event.message || "The worker cannot be started." });
  });
};

const receive = {
  progress: ({ loaded }) => {
    const share = Math.min(loaded / total, 1);
    byId("progress").value = share;
    byId("loading-text").textContent = share < 1 ? `Loading Python and dyncheck: ${Math.round(share * 100)} %.` : "Starting Python.";
  },
  ready: ({ version }) => {
    isReady = true;
    byId("version").textContent = version;
    show("ready");
    check();
  },
  failed: ({ message }) => {
    byId("answer").replaceChildren();
    show("failed", `dyncheck cannot run here. ${message}`);
  },
  answer: ({ id, answer }) => {
    if (id !== running) return;
    clearTimeout(patience);
    running = 0;
    if (isWaiting) check();
    else showAnswer(JSON.parse(answer));
  },
};

let counter = 0;
const check = () => {
  clearTimeout(pause);
  isWaiting = true;
  if (!isReady || running) return;
  isWaiting = false;
  running = ++counter;
  show("checking", "Checking.");
  worker.postMessage({ id: running, files: Object.fromEntries(files) });
  patience = setTimeout(() => (byId("stop").hidden = false), LONG_CHECK);
};
byId("stop").addEventListener("click", () => {
  clearTimeout(patience);
  start();
});
byId("retry").addEventListener("click", start);

// The answer.
const showAnswer = (answer) => {
  marks = new Map();
  const shown = byId("answer");
  shown.replaceChildren();
  if (answer.empty) show("empty", answer.empty);
  else if (answer.problems) showProblems(answer.problems, shown);
  else showReport(answer, shown);
  showLines();
};

const mark = (file, line, verdict) => {
  if (!files.has(file)) return;
  const lines = marks.get(file) ?? new Map();
  if (!lines.has(line) || RANK.indexOf(verdict) < RANK.indexOf(lines.get(line))) lines.set(line, verdict);
  marks.set(file, lines);
};

const place = (file, line) => {
  const name = line ? `${file}:${line}` : file;
  if (!files.has(file)) return element("span", { textContent: name });
  const button = element("button", { type: "button", className: "place", textContent: name });
  button.addEventListener("click", () => goTo(file, line ?? 1));
  return button;
};

const goTo = (file, line) => {
  select(file);
  currentLine = line;
  showLines();
  const start = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus({ preventScroll: true });
  text.setSelectionRange(start, start);
  const height = parseFloat(getComputedStyle(text).lineHeight);
  text.scrollTop = Math.max(0, (line - 4) * height);
  text.closest(".editor").scrollIntoView({ block: "nearest" });
};

const showProblems = (problems, shown) => {
  const items = problems.map(({ message, file, line }) => {
    const name = file?.replace(/^\.\//, "");
    if (name && line) mark(name, line, "error");
    return element("li", {}, element("span", { className: "mark error" }), element("div", { className: "body" }, message, element("div", { className: "where" }, name && files.has(name) ? place(name, line) : null)));
  });
  show("problems", "dyncheck could not check this.");
  shown.append(element("ul", { className: "answer-list" }, ...items));
};

const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

const showReport = ({ report, page }, shown) => {
  const { fail, unknown, waived, pass } = report.summary;
  const counts = [...["error", "warning", "note"].filter((each) => fail[each]).map((each) => plural(fail[each], each)), ...(unknown ? [`${unknown} unknown`] : []), ...(waived ? [`${waived} waived`] : [])];
  show("answered", `${counts.length ? counts.join(", ") : "No findings"}. ${plural(pass, "check")} passed.`);
  const found = report.results.filter(({ status }) => status === "fail" || status === "unknown");
  const verdict = (result) => (result.status === "unknown" ? "unknown" : result.severity);
  found.sort((one, other) => RANK.indexOf(verdict(one)) - RANK.indexOf(verdict(other)));
  for (const result of found) if (result.location) mark(result.location.file, result.location.line, verdict(result));
  const items = found.slice(0, MOST_FINDINGS).map((result) => {
    const { location } = result;
    const where = element("div", { className: "where" }, verdict(result), ruleLink(result.rule), location ? place(location.file, location.line) : null, result.contract ? `contract ${result.contract}` : null);
    const code = result.fix ? element("pre", { textContent: result.fix, tabIndex: 0 }) : null;
    const fix = code && result.fix.split("\n").length > LONG_FIX ? element("details", {}, element("summary", { textContent: "Fix" }), code) : code;
    return element("li", {}, element("span", { className: `mark ${verdict(result)}` }), element("div", { className: "body" }, element("div", {}, result.message), where, fix));
  });
  if (items.length) shown.append(element("ul", { className: "answer-list" }, ...items));
  if (found.length > MOST_FINDINGS) shown.append(element("p", { textContent: `${found.length - MOST_FINDINGS} more are not shown here. The command line lists all of them.` }));
  showDrawings(new DOMParser().parseFromString(page, "text/html"), shown);
};

const ruleLink = (rule) => element("a", { href: new URL(`../rules/${rule}/`, here).href, textContent: rule });

// The drawings of the HTML report. A parsed page runs nothing and loads nothing.
const showDrawings = (page, shown) => {
  const tables = [...page.querySelectorAll("#tables details.table")].filter((each) => each.querySelector("figure.drawing"));
  if (!tables.length) return;
  shown.append(element("h3", { textContent: tables.length === 1 ? "Table" : "Tables" }));
  for (const part of [page.querySelector("svg.symbols"), page.querySelector("#tables .legend")]) if (part) shown.append(document.importNode(part, true));
  for (const table of tables) shown.append(document.importNode(table.querySelector("figure.drawing"), true));
};

// Links that carry the files: compressed, in the part after "#", which browsers never send.
const LINK = "#files=";

const packed = async (value) => {
  const stream = new Blob([JSON.stringify(value)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const unpacked = async (given) => {
  const bytes = Uint8Array.from(atob(given.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).pipeThrough(new TextDecoderStream()).getReader();
  let found = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    found += part.value;
    if (found.length > MOST_CHARACTERS) throw new Error("too large");
  }
  const entries = Object.entries(JSON.parse(found));
  const isValid = entries.length > 0 && entries.length <= MOST_FILES && entries.every(([name, content]) => NAME.test(name) && typeof content === "string");
  if (!isValid) throw new Error("not files");
  return entries;
};

byId("share").addEventListener("click", async () => {
  history.replaceState(null, "", LINK + (await packed(Object.fromEntries(files))));
  const link = location.href;
  const long = link.length > LONG_LINK ? ` It has ${link.length} characters, and some programs cut long links.` : "";
  try {
    await navigator.clipboard.writeText(link);
    byId("shared").textContent = `The link is copied.${long}`;
  } catch {
    byId("shared").textContent = `The link is in the address bar.${long}`;
  }
});

const open = (entries) => {
  files.clear();
  for (const [name, content] of entries) files.set(name, content);
  marks = new Map();
  select(files.keys().next().value);
  check();
};

const examples = await (await fetch(new URL("examples.json", here))).json();
byId("example").append(...examples.map(({ id, title }) => element("option", { value: id, textContent: title })));

const openExample = (id) => {
  const example = examples.find((each) => each.id === id) ?? examples[0];
  open(Object.entries(example.files));
  byId("example").value = example.id;
};

byId("example").addEventListener("change", ({ target }) => {
  if (!target.value) return;
  history.replaceState(null, "", `#${target.value}`);
  byId("shared").textContent = "";
  openExample(target.value);
});

const openLink = async () => {
  if (!location.hash.startsWith(LINK)) return openExample(location.hash.slice(1));
  try {
    open(await unpacked(location.hash.slice(LINK.length)));
    byId("example").value = "";
  } catch {
    openExample("");
    byId("shared").textContent = "The link is damaged, so this is an example.";
  }
};

addEventListener("hashchange", openLink);
await openLink();
total = (await (await fetch(new URL("manifest.json", here))).json()).bytes;
start();
