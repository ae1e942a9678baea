// Fails the build when the first page weighs more than agreed: what index.html loads, gzipped.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 400_000;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"));
const wanted = new Set();
const take = (key) => {
  const entry = manifest[key];
  if (!entry || wanted.has(entry.file)) return;
  wanted.add(entry.file);
  (entry.css ?? []).forEach((file) => wanted.add(file));
  (entry.imports ?? []).forEach(take);
};
take("index.html");
take("src/pages/today.tsx");
const sizes = [...wanted].map((file) => [file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length]);
const total = sizes.reduce((sum, [, size]) => sum + size, 0);
console.log(`first page: ${(total / 1000).toFixed(0)} kB gzipped in ${sizes.length} files (limit ${LIMIT / 1000} kB)`);
if (total > LIMIT || sizes.length < 2) {
  sizes.forEach(([file, size]) => console.error(`  ${size} ${file}`));
  process.exit(1);
}
