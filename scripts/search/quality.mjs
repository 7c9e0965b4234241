/* 用一份查询测检索：node scripts/search/quality.mjs INDEX QUERIES.csv [--misses]
   每条都从冷的索引开始，算第几条命中、取了几个文件、压缩后多少字节、用了多少 CPU 时间；结果是一个 JSON。 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { open } from "../../site/theme/assets/search.js";

const [folder, file, flag] = process.argv.slice(2);
const sizes = new Map();

function read(path) {
  const content = readFileSync(join(folder, path));
  if (!sizes.has(path)) sizes.set(path, gzipSync(content, { level: 6 }).length);
  return content;
}

/* 查询里没有引号和逗号，不必用 CSV 库 */
const rows = readFileSync(file, "utf8").trim().split("\n").slice(1).map((line) => line.trim().split(","));
const results = [];
for (const [query, expected, kind] of rows) {
  const taken = [];
  const index = await open(async (path) => {
    const content = read(path);
    taken.push(sizes.get(path));
    return JSON.parse(content.toString("utf8"));
  });
  const started = process.cpuUsage();
  const found = await index.search(query, { limit: 20 });
  const spent = process.cpuUsage(started);
  const names = expected.split(";");
  const at = found.hits.findIndex((hit) => hit.names.some((name) => names.includes(name)));
  results.push({
    query, kind, at, requests: taken.length, bytes: taken.reduce((a, b) => a + b, 0),
    ms: (spent.user + spent.system) / 1000,
  });
  if (flag && (at < 0 || at > 0)) {
    console.error(`${at < 0 || at > 4 ? "✗" : "·"} ${kind} ${query} → ${expected} [${at}]`);
    found.hits.slice(0, 5).forEach((hit) => console.error(`     ${hit.kind} ${hit.name}｜${hit.service} ${hit.score.toFixed(2)} ${hit.close.toFixed(2)}`));
  }
}
console.log(JSON.stringify(results));
