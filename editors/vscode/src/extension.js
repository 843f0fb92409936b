// Starts `dyncheck server` and connects the editor with it. All else is in the server.
"use strict";

const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

// What the server checks. A plan is a JSON file whose name says so, because the server reads every file that it is shown.
const FILES = ["**/*.{tf,tofu,tfvars}", "**/*.{tf,tofu,tfvars}.json", "**/*{plan,tfplan}*.json"];

let client;

function setting(name) {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const filled = (text) => text.replaceAll("${workspaceFolder}", folder);
  const value = vscode.workspace.getConfiguration("dyncheck").get(name);
  return Array.isArray(value) ? value.map(filled) : filled(value);
}

async function start() {
  const command = setting("path");
  const run = { command, args: ["server", ...setting("arguments")], transport: TransportKind.stdio };
  client = new LanguageClient("dyncheck", "dyncheck", run, {
    documentSelector: FILES.map((pattern) => ({ scheme: "file", pattern })),
  });
  try {
    await client.start();
  } catch (error) {
    const install = 'Install it with `pip install "dyncheck[server]"`, or set dyncheck.path.';
    vscode.window.showErrorMessage(`dyncheck: ${command} cannot be started. ${install} (${error.message})`);
  }
}

async function stop() {
  const ending = client;
  client = undefined;
  if (ending?.isRunning()) {
    await ending.stop();
  }
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("dyncheck.restart", restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("dyncheck.path") || event.affectsConfiguration("dyncheck.arguments")) {
        return restart();
      }
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
