/* 对照：MiniSearch，两字一词，全部装进一个 JSON。
   node scripts/search/minisearch.mjs MODULES RECORDS.json INDEX.json QUERIES.csv */

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const [modules, records, target, queries] = process.argv.slice(2);
const { default: MiniSearch } = await import(pathToFileURL(`${modules}/minisearch/dist/es/index.js`).href);
const tokenize = (text) => {
  const found = [];
  for (const run of text.toLowerCase().match(/[\u3400-\u9fff]+|[a-z0-9]+/g) || []) {
    if (/[a-z0-9]/.test(run) || run.length === 1) found.push(run);
    else for (let i = 0; i + 1 < run.length; i++) found.push(run.slice(i, i + 2));
  }
  return found;
};
const options = {
  fields: ["name", "aliases", "words", "sound", "service", "body"], storeFields: ["names"], tokenize,
  searchOptions: { boost: { name: 4, aliases: 3, words: 2 }, prefix: true, tokenize },
};
const started = process.cpuUsage();
const mini = new MiniSearch(options);
mini.addAll(JSON.parse(readFileSync(records, "utf8")));
const text = JSON.stringify(mini);
const spent = process.cpuUsage(started);
writeFileSync(target, text);
const bytes = gzipSync(text, { level: 6 }).length;
const results = readFileSync(queries, "utf8").trim().split("\n").slice(1).map((line) => {
  const [query, expected, kind] = line.split(",");
  const names = expected.split(";");
  const before = process.cpuUsage();
  const at = mini.search(query).slice(0, 20).findIndex((hit) => hit.names.split(";").some((name) => names.includes(name)));
  const used = process.cpuUsage(before);
  return { query, kind, at, requests: 1, bytes, ms: (used.user + used.system) / 1000 };
});
console.log(JSON.stringify({ seconds: (spent.user + spent.system) / 1e6, results }));
