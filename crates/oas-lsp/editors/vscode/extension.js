// Starts the language server of oas. All that it does is in the server.

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = async () => {
  const settings = vscode.workspace.getConfiguration("oas");
  const [command, ...args] = settings.get("command");
  const server = { command, args, options: { cwd: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath } };
  const options = {
    documentSelector: ["yaml", "json"].map((language) => ({ scheme: "file", language })),
    initializationOptions: { mock: settings.get("mock") },
  };
  client = new LanguageClient("oas", "OpenAPI (oas)", server, options);
  await client.start();
};

exports.deactivate = () => client?.stop();
