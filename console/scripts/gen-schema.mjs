// Makes src/api/schema.ts from src/api/openapi.json; with --check, fails when it is stale.
// The description itself comes from the API: `npm run gen` asks for it first; a test of tests/api keeps it fresh.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../src/api/openapi.json", import.meta.url);
const target = new URL("../src/api/schema.ts", import.meta.url);
const head = "// Made by scripts/gen-schema.mjs from openapi.json; do not edit.\n\n";
const made = head + astToString(await openapiTS(source, { alphabetize: true }));

if (process.argv.includes("--check")) {
  const present = await readFile(target, "utf8").catch(() => "");
  if (present !== made) {
    console.error("console/src/api/schema.ts is stale.\nhint: run `npm run gen` in console/.");
    process.exit(1);
  }
} else {
  await writeFile(target, made);
}
