/* 在命令行里查：node site/search-cli.mjs --index build/site/search [--place ID] [--kind K] [--limit 20] QUERY
   印出 JSON 数组，最合适的在前；没有结果也以 0 结束。 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { open } from "./theme/assets/search.js";

const FIELDS = ["id", "kind", "name", "names", "place", "url", "answer", "score"];

function parse(argv) {
  const options = { index: "build/site/search", limit: 20, query: [] };
  for (let i = 0; i < argv.length; i++) {
    const name = /^--(index|place|kind|limit)$/.exec(argv[i]);
    if (name) options[name[1]] = argv[++i];
    else options.query.push(argv[i]);
  }
  const query = options.query.join(" ");
  const limit = Number(options.limit);
  if (!query || !options.index || !Number.isInteger(limit) || limit < 1) {
    throw new TypeError("用法：node site/search-cli.mjs --index build/site/search [--place ID] [--kind K] [--limit 20] QUERY");
  }
  return { ...options, query, limit };
}

try {
  const { index, query, place, kind, limit } = parse(process.argv.slice(2));
  const load = async (path) => JSON.parse(await readFile(join(index, path), "utf8"));
  const found = await (await open(load)).search(query, { place, kind, limit });
  console.log(JSON.stringify(found.hits.map((hit) => Object.fromEntries(FIELDS.map((field) => [field, hit[field]])))));
} catch (error) {
  console.error(error instanceof TypeError ? error.message : `索引读不出来：${error.message}`);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}
