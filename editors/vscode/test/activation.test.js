// Activates the built extension with the real server, and a stand-in for the editor.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");
const { pathToFileURL, fileURLToPath } = require("node:url");
const { test } = require("node:test");

const TABLE = `resource "aws_dynamodb_table" "orders" {
  name     = "orders"
  hash_key = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled = false
  }
}
`;

/** What an extension may subscribe to. */
class Emitter {
  listeners = [];
  event = (listener) => {
    this.listeners.push(listener);
    return { dispose: () => {} };
  };
  fire(event) {
    return this.listeners.map((listener) => listener(event));
  }
  dispose() {}
}

class Uri {
  constructor(file) {
    this.scheme = "file";
    this.fsPath = this.path = file;
  }
  static file(file) {
    return new Uri(file);
  }
  static parse(text) {
    return text.startsWith("file:") ? new Uri(fileURLToPath(text)) : new URL(text);
  }
  toString() {
    return pathToFileURL(this.path).href;
  }
}

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}

class Range {
  constructor(a, b, c, d) {
    Object.assign(this, d === undefined ? { start: a, end: b } : { start: new Position(a, b), end: new Position(c, d) });
  }
}

class CodeActionKind {
  static Empty = new CodeActionKind("");
  constructor(value) {
    this.value = value;
  }
  append(part) {
    return new CodeActionKind(this.value ? `${this.value}.${part}` : part);
  }
}

class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: new Emitter().event };
  cancel() {}
  dispose() {}
}

/** Anything else of the editor: a class, an enumeration or a function that does nothing. */
function anything() {
  const target = class {
    dispose() {}
  };
  return new Proxy(target, {
    get: (object, name) => (name in object || typeof name === "symbol" || name === "then" ? object[name] : (object[name] = anything())),
    apply: () => ({ dispose: () => {} }),
  });
}

function editor(folder, settings) {
  const shown = new Map();
  const messages = [];
  const files = new Emitter();
  const document = {
    uri: Uri.file(path.join(folder, "main.tf")),
    languageId: "terraform",
    version: 1,
    getText: () => TABLE,
  };
  const none = () => new Emitter().event;
  const known = {
    Uri,
    Position,
    Range,
    CancellationTokenSource,
    CodeActionKind,
    EventEmitter: Emitter,
    version: "1.91.0",
    env: { appName: "test", language: "en" },
    workspace: anything(),
    window: anything(),
    languages: anything(),
    commands: anything(),
    extensions: anything(),
  };
  Object.assign(known.workspace, {
    workspaceFolders: [{ uri: Uri.file(folder), name: "folder", index: 0 }],
    textDocuments: [document],
    notebookDocuments: [],
    getConfiguration: () => ({ get: (name, otherwise) => settings[name] ?? otherwise }),
    getWorkspaceFolder: () => known.workspace.workspaceFolders[0],
    createFileSystemWatcher: () => ({ onDidCreate: none(), onDidChange: none(), onDidDelete: none(), dispose() {} }),
    onDidChangeConfiguration: files.event,
  });
  for (const name of [
    "DidOpenTextDocument", "DidChangeTextDocument", "DidCloseTextDocument", "DidSaveTextDocument", "WillSaveTextDocument",
    "DidChangeWorkspaceFolders", "DidCreateFiles", "DidRenameFiles", "DidDeleteFiles", "WillCreateFiles", "WillRenameFiles",
    "WillDeleteFiles", "DidOpenNotebookDocument", "DidChangeNotebookDocument", "DidCloseNotebookDocument", "DidSaveNotebookDocument",
  ]) {
    known.workspace[`on${name}`] = none();
  }
  Object.assign(known.window, {
    visibleTextEditors: [],
    tabGroups: { all: [], onDidChangeTabs: none() },
    onDidChangeActiveTextEditor: none(),
    showErrorMessage: async (text) => void messages.push(text),
    createOutputChannel: () => ({ append: () => {}, appendLine: () => {}, show: () => {}, dispose: () => {}, error() {}, info() {}, warn() {}, debug() {}, trace() {}, onDidChangeLogLevel: none(), logLevel: 0 }),
  });
  Object.assign(known.languages, {
    match: (selector, found) => (found.uri.path.endsWith(".tf") ? 10 : 0),
    createDiagnosticCollection: () => ({
      set: (uri, diagnostics) => shown.set(uri.toString(), diagnostics),
      delete: (uri) => shown.delete(uri.toString()),
      clear: () => shown.clear(),
      has: (uri) => shown.has(uri.toString()),
      dispose: () => {},
    }),
  });
  const commands = new Map();
  known.commands.registerCommand = (name, run) => {
    commands.set(name, run);
    return { dispose: () => {} };
  };
  const vscode = new Proxy(known, { get: (object, name) => (name in object ? object[name] : (object[name] = anything())) });
  return { vscode, shown, messages, commands, document };
}

function extension(vscode) {
  const load = Module._load;
  Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
  const file = path.join(__dirname, "..", "dist", "extension.js");
  delete require.cache[file];
  return require(file);
}

async function until(condition) {
  for (let i = 0; i < 600 && !condition(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.ok(condition());
}

test("the extension starts the server and shows its findings", async () => {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "dyncheck "));
  fs.mkdirSync(path.join(folder, ".git"));
  fs.writeFileSync(path.join(folder, ".dyncheck.yaml"), "select: [unencrypted-table]\n");
  fs.writeFileSync(path.join(folder, "main.tf"), TABLE);
  const { vscode, shown, messages, commands, document } = editor(folder, {
    path: process.env.DYNCHECK,
    arguments: ["--pause", "0", "--exclude", "${workspaceFolder}/never"],
  });
  const { activate, deactivate } = extension(vscode);
  await activate({ subscriptions: [] });
  assert.deepStrictEqual(messages, []);
  assert.deepStrictEqual([...commands.keys()], ["dyncheck.restart"]);
  const uri = document.uri.toString();
  await until(() => shown.get(uri)?.length);
  const [found] = shown.get(uri);
  assert.strictEqual(found.code?.value ?? found.code, "unencrypted-table");
  await commands.get("dyncheck.restart")();
  await deactivate();
});

test("without dyncheck it says how to install it", async () => {
  const { vscode, messages } = editor(os.tmpdir(), { path: "/no/such/dyncheck", arguments: [] });
  const { activate, deactivate } = extension(vscode);
  await activate({ subscriptions: [] });
  const expected = 'dyncheck: /no/such/dyncheck cannot be started. Install it with `pip install "dyncheck[server]"`, or set dyncheck.path. (';
  // The client of the protocol has messages of its own.
  assert.ok(messages.some((each) => each.startsWith(expected)), messages.join("\n"));
  await deactivate();
});
