// Reads a JSON list of texts from the standard input; prints the errors of HashiCorp's parser in each, "" where there is none.
const { parse } = require("@cdktn/hcl2json");

async function errors(text) {
  try {
    await parse("main.tf", text);
    return "";
  } catch (error) {
    return error.message;
  }
}

async function main() {
  const pieces = [];
  for await (const piece of process.stdin) {
    pieces.push(piece);
  }
  const found = [];
  for (const text of JSON.parse(Buffer.concat(pieces).toString())) {
    found.push(await errors(text));
  }
  // Nothing else ends the program that the parser runs in.
  process.stdout.write(JSON.stringify(found), () => process.exit(0));
}

main();
