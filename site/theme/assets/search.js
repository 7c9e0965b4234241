/* 检索：浏览器、命令行、工作台共用。没有依赖，不碰页面；索引的格式见 docs/search.md。
   文字怎样折叠、怎样分片，与 src/mianzheng/site/search/text.py 一致，由 tests/data/search/vectors.json 约束。 */

export const VERSION = 1;
const TYPES = ["kind", "topic", "service", "body", "legal-basis"];
const FOLDERS = { kind: "kinds", topic: "topics", service: "services", body: "bodies", "legal-basis": "legal-bases" };
/* 索引里每类文档的正文依次是什么 */
const SHAPES = [
  ["id", "name", "aliases", "words", "licence", "counts", "rows"],
  ["id", "name", "aliases", "words", "counts"],
  ["id", "name", "aliases", "words", "place", "body", "items", "alike"],
  ["id", "name", "aliases", "place", "counts", "issues", "asks", "alike"],
  ["id", "name", "aliases", "counts"],
];
const [KIND, TOPIC, SERVICE, BODY] = [0, 1, 2, 3];
const WEIGHTS = [1, 0.97, 0.9, 0.6, 0.5, 0.35, 0.3, 0.12]; // 名称 别名 俗称 换个说法 办的事 单位 场景 法律
const QUOTAS = [22, 3, 10, 6, 3];
const CHUNKS = 6;
const LONGEST = 60;
const NEAR = 0.3; // 本地的多算一点
const FILLERS = /请问|要带|我想要?|我要|(?:怎么样?|怎样|如何|(?:去|在|到)?哪(?:里|儿|些)?)[开办弄补写打取领]?|是否|需要|要不要|能不能|是不是|什么|材料|手续|[吗呢吧啊呀]/g;
const ENDING = /((开具|出具|开|要|出)?的)?(证明材料|证明文件|证明书|证明|证书|凭证|证件|证|单子|条子)?$/;
const FAINT = /[的了我你他要在是有就和与被把给很过着也都还个一]/; // 虚字：含它的两字组少算分
const OFFICE = /(开的|开具的?|出具的?|要的|的)?(证明|材料)?$/;

/* ---- 文字 ---- */

export function fold(text) {
  const plain = text.normalize("NFKC").toLowerCase().replace(/〇/g, "零");
  return plain.replace(/[^0-9a-z\u3400-\u9fff \t\n\r\f\v]+/g, "").split(/[ \t\n\r\f\v]+/).filter(Boolean).join(" ");
}

export function key(text) {
  return fold(text).replace(/ /g, "");
}

export function grams(word) {
  const found = [];
  for (let i = 0; i + 1 < word.length; i++) found.push(word.slice(i, i + 2));
  return found.length || !word ? found : [word];
}

export function shardOf(term, count) {
  let digest = 0x811c9dc5;
  for (let i = 0; i < term.length; i++) digest = Math.imul(digest ^ term.charCodeAt(i), 0x01000193) >>> 0;
  return digest % count;
}

/* 去掉“的”和“证明”一类的尾巴，剩下要紧的几个字 */
function core(text) {
  const plain = text.replace(ENDING, "").replace(/的/g, "");
  return plain || text;
}

/* “公安局开的”与“公安局要的”，不是一回事 */
function verb(text) {
  return (/([开要])的/.exec(text) || [])[1];
}

const SYLLABLE = /^(?:[zcs]h?(?:uang|ang|eng|ong|uai|uan|ai|an|ao|ei|en|ou|ua|ui|un|uo|a|e|i|u)|[bpmf](?:ang|eng|iao|ian|ing|ai|an|ao|ei|en|ie|in|iu|ou|a|i|o|u)|[dtnl](?:iang|uang|ang|eng|ong|iao|ian|ing|uan|ai|an|ao|ei|en|ia|ie|in|iu|ou|ue|ui|un|uo|ve|a|e|i|u|v)|[gkh](?:uang|ang|eng|ong|uai|uan|ai|an|ao|ei|en|ou|ua|ui|un|uo|a|e|u)|[jqx](?:iang|iong|uan|iao|ian|ing|ia|ie|in|iu|ue|un|i|u)|r(?:ang|eng|ong|uan|an|ao|en|ou|ui|un|uo|e|i|u)|y(?:ang|ing|ong|uan|an|ao|in|ou|ue|un|a|e|i|o|u)|w(?:ang|eng|ai|an|ei|en|a|o|u)|ang|eng|ai|an|ao|ei|en|er|ou|a|e|o)/;

/* 拼音切成音节。切法可能不止一种（ji neng、jin eng）：给出所有走得通的切法里相邻的两个音节，按交界处分组；
   末尾没打完的一段不算。length 是最短的切法有几个音节；切不开就是 0 */
export function syllables(letters) {
  for (let cut = 0; cut < 3 && letters.length - cut > 1; cut++) {
    const found = joints(letters.slice(0, letters.length - cut));
    if (found.length) return found;
  }
  return { length: 0, pairs: [] };
}

function joints(letters) {
  const end = letters.length;
  const shortest = new Array(end + 1).fill(Infinity); // 从这里走到末尾最少几步
  const steps = letters.split("").map(() => []);
  shortest[end] = 0;
  for (let at = end - 1; at >= 0; at--) {
    let head = (SYLLABLE.exec(letters.slice(at, at + 6)) || [""])[0];
    for (; head; head = (SYLLABLE.exec(head.slice(0, -1)) || [""])[0]) {
      if (shortest[at + head.length] === Infinity) continue;
      steps[at].push(head);
      shortest[at] = Math.min(shortest[at], shortest[at + head.length] + 1);
    }
  }
  const coming = letters.split("").map(() => []); // 从开头走得到这里的，最后一个音节
  const pairs = [];
  for (let at = 0; at < end; at++) {
    if (at && !coming[at].length) continue;
    const terms = [];
    coming[at].forEach((last) => steps[at].forEach((next) => terms.push(`${last} ${next}`)));
    if (terms.length) pairs.push(terms);
    steps[at].forEach((next) => at + next.length < end && coming[at + next.length].push(next));
  }
  return { length: shortest[0] === Infinity ? 0 : shortest[0], pairs };
}

function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

const sorted = (text) => text.split("").sort().join("");

/* 一个说法和问的话有多像：10 一模一样，9 只差“证明”二字，6 以上含在里面，5 以下只有部分字相同 */
function closeness(query, text) {
  const whole = key(text);
  if (whole === query.whole || whole === query.bare) return 10;
  const said = query.core;
  const name = core(whole);
  if (name === said) return verb(whole) && verb(query.whole) && verb(whole) !== verb(query.whole) ? 8.6 : 9.6;
  let best = 0;
  if (name.startsWith(said)) best = 6.5 + (2 * said.length) / name.length;
  else if (name.includes(said)) best = 6 + (2 * said.length) / name.length;
  else if (name.length > 1 && said.includes(name)) best = 4.8 + (3 * name.length) / said.length;
  if (said.length === 1) best = Math.min(best, 7);
  if (whole.length > 2 && Math.abs(whole.length - query.bare.length) < 3) {
    const wrong = distance(query.bare, whole);
    const allowed = Math.min(whole.length, query.bare.length) > 6 ? 2 : 1;
    if (wrong <= allowed) best = Math.max(best, 8 - wrong - (2 * wrong) / Math.max(name.length, 1));
    else if (sorted(name) === sorted(said)) best = Math.max(best, 7.5);
  }
  let covered = 0;
  const own = new Set(grams(whole));
  query.units.forEach((unit) => {
    if (own.has(unit.terms[0])) covered += unit.idf;
  });
  const share = query.total ? covered / query.total : 0;
  const density = covered && query.units.length ? Math.min(1, query.units.length / Math.max(own.size, 1)) : 0;
  return Math.max(best, 4.6 * share + 0.4 * density * share);
}

/* ---- 索引 ---- */

/* load(path) 给出解析好的 JSON；没有就抛错。清单换了版本、少了文件，由调用者重新 open */
export async function open(load) {
  const manifest = await load("manifest.json");
  if (!manifest || manifest.version !== VERSION) throw new Error("search index version");
  return new Index(manifest, load);
}

class Index {
  constructor(manifest, load) {
    this.manifest = manifest;
    this.load = load;
    this.files = new Map();
    this.common = new Set(manifest.common);
    this.starts = [0];
    manifest.counts.forEach((count) => this.starts.push(this.starts[this.starts.length - 1] + count));
    this.size = this.starts[TYPES.length];
    this.chunks = []; // 文档号 → 块号、块内第几个
    manifest.chunks.forEach((count, chunk) => {
      for (let i = 0; i < count; i++) this.chunks.push([chunk, i]);
    });
  }

  file(family, number) {
    const path = `${family}/${number}-${this.manifest.files[family].substr(number * 4, 4)}.json`;
    if (!this.files.has(path)) {
      const coming = this.load(path);
      this.files.set(path, coming);
      coming.catch(() => this.files.delete(path));
    }
    return this.files.get(path);
  }

  /* 一族里这些词各自的内容；每个分片只取一次 */
  async look(family, terms) {
    const count = this.manifest.files[family].length / 4;
    const found = new Map();
    await Promise.all(
      [...new Set(terms)].map(async (term) => {
        const value = (await this.file(family, shardOf(term, count)))[term];
        if (value) found.set(term, value);
      })
    );
    return found;
  }

  async heads(numbers) {
    const found = new Map();
    await Promise.all(
      numbers.map(async (number) => {
        const [chunk, at] = this.chunks[number];
        const values = (await this.file("d", chunk))[at];
        const head = {};
        SHAPES[this.typeOf(number)].forEach((name, i) => (head[name] = values[i]));
        found.set(number, head);
      })
    );
    return found;
  }

  typeOf(number) {
    let type = 0;
    while (number >= this.starts[type + 1]) type++;
    return type;
  }

  priority(number) {
    return number < this.starts[1] ? +this.manifest.priority[number] : 0;
  }

  /* 各单元（几个可以互换的词）在各文档里的得分，0 到 1 */
  async tally(family, units) {
    const found = await this.look(family, units.reduce((all, unit) => all.concat(unit.terms), []));
    const scores = new Map();
    const own = new Map(); // 只算自己的名称、别名、俗称
    let total = 0;
    units.forEach((unit) => {
      const best = new Map();
      let seen = 0;
      unit.terms.forEach((term) => {
        let value = 0;
        (found.get(term) || []).forEach((step) => {
          value += step;
          const weight = WEIGHTS[value % 8];
          const number = Math.floor(value / 8);
          if (!(best.get(number) >= weight)) best.set(number, weight);
          seen++;
        });
      });
      unit.idf = (seen ? Math.log(1 + this.size / seen) : Math.log(1 + this.size) / 2) * (FAINT.test(unit.terms[0]) ? 0.4 : 1);
      total += unit.idf;
      best.forEach((weight, number) => {
        scores.set(number, (scores.get(number) || 0) + weight * unit.idf);
        if (weight > WEIGHTS[4]) own.set(number, (own.get(number) || 0) + weight * unit.idf);
      });
    });
    total = total || 1;
    scores.forEach((score, number) => scores.set(number, score / total));
    own.forEach((score, number) => own.set(number, score / total));
    return { scores, own, total };
  }

  async search(input, options = {}) {
    const text = fold(String(input).slice(0, 500)).slice(0, LONGEST).trim();
    const asked = new Search(this, text, options);
    return asked.run();
  }
}

/* ---- 一次查询 ---- */

class Search {
  constructor(index, text, options) {
    this.index = index;
    this.options = options;
    this.text = text;
    this.place = index.manifest.places.findIndex((place) => place[0] === (options.place || options.near));
    this.spoken = new Map();
    this.corrected = "";
  }

  query(text) {
    const whole = text.replace(/ /g, "");
    const bare = whole.replace(FILLERS, "") || whole;
    const words = text.replace(FILLERS, " ").split(" ").filter(Boolean);
    const terms = [];
    (words.length ? words : [whole]).forEach((word) => terms.push(...grams(word)));
    const units = [...new Set(terms)].filter((term) => !this.index.common.has(term)).map((term) => ({ terms: [term] }));
    return { whole, bare, core: core(bare), words, units, total: 0 };
  }

  async run() {
    const query = this.query(this.text);
    if (!query.units.length) return this.answer(query, await this.popular(), true);
    const latin = /^[a-z ]+$/.test(this.text);
    if (latin && query.whole.length > 4) query.units = []; // 一长串字母只当拼音
    const [direct] = await Promise.all([this.index.tally("t", query.units), latin ? this.hear(query) : null]);
    query.total = direct.total;
    let hits = await this.rank(query, direct);
    if (!latin && this.weak(hits)) {
      const plain = await this.listen(query);
      if (plain !== this.text) {
        const again = new Search(this.index, plain, this.options);
        return again.run();
      }
      hits = await this.rank(query, direct);
    }
    if (!latin && hits.length && this.misspelt(query, hits[0])) this.corrected = hits[0].matched;
    return this.answer(query, hits, false);
  }

  /* 只差一两个字，又不是一个包着另一个：多半是打错了 */
  misspelt(query, hit) {
    const meant = key(hit.matched);
    if (hit.close >= 9 || !hit.names.includes(hit.matched) || query.bare.length < 3 || meant.includes(query.bare)) return false;
    return Math.abs(meant.length - query.bare.length) < 3 && distance(meant, query.bare) < 3;
  }

  weak(hits) {
    return !hits.length || hits[0].close < 6.5;
  }

  /* 拉丁字母：拼音或首字母 */
  async hear(query) {
    const read = syllables(query.whole);
    const pairs = read.pairs.map((terms) => ({ terms }));
    const initials = query.whole.length > 1 ? [{ terms: [`!${query.whole.slice(0, 12)}`] }] : [];
    const [sound, short] = await Promise.all([this.index.tally("p", pairs), this.index.tally("p", initials)]);
    const spare = pairs.length / Math.max(read.length - 1, 1); // 切法多的，交界也多，不能因此吃亏
    sound.scores.forEach((score, number) => this.spoken.set(number, { score: Math.min(score * spare, 1), length: read.length }));
    short.scores.forEach((score, number) => this.spoken.set(number, { score: 1, length: query.whole.length }));
  }

  /* 汉字：繁体换成简体；否则按读音找同音字、缺字 */
  async listen(query) {
    const characters = query.whole.split("");
    const table = await this.index.look("c", characters);
    const plain = this.text.replace(/[^ ]/g, (character) => {
      const other = (table.get(character) || "a")[0];
      return other > "z" ? other : character;
    });
    if (plain !== this.text) return plain;
    const read = (character) => (table.get(character) || character).split(" ");
    const units = [];
    query.words.forEach((word) => {
      for (let i = 0; i + 1 < word.length; i++) {
        const terms = [];
        read(word[i]).forEach((a) => read(word[i + 1]).forEach((b) => terms.push(`${a} ${b}`)));
        units.push({ terms });
      }
    });
    const singles = query.whole.length < 5 ? [...new Set(characters)].map((term) => ({ terms: [term] })) : [];
    const [sound, single] = await Promise.all([this.index.tally("p", units), this.index.tally("t", singles)]);
    sound.scores.forEach((score, number) => this.spoken.set(number, { score, length: query.bare.length }));
    single.scores.forEach((score, number) => {
      const sound = this.spoken.get(number);
      if (!sound || sound.score < score * 0.6) this.spoken.set(number, { score: score * 0.6, length: 0 });
    });
    return plain;
  }

  async rank(query, { scores: direct, own }) {
    const { index } = this;
    const rough = new Map(direct);
    this.spoken.forEach((sound, number) => rough.set(number, Math.max(rough.get(number) || 0, sound.score * 0.95)));
    const enough = verb(query.whole) ? 0.4 : 0.9;
    const office = (number) => (own.get(number) >= enough && index.typeOf(number) === BODY ? 1 : 0); // 问的就是这个单位
    const order = [...rough].map(([number, score]) => [number, score + index.priority(number) / 100 + office(number)]);
    order.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const left = QUOTAS.slice();
    const chunks = new Set();
    const chosen = order.filter(([number]) => {
      const [chunk] = index.chunks[number];
      if (left[index.typeOf(number)]-- <= 0 || (chunks.size >= CHUNKS && !chunks.has(chunk))) return false;
      return chunks.add(chunk);
    });
    const heads = await index.heads(chosen.map(([number]) => number));
    const found = chosen.map(([number]) => {
      return this.judge(query, number, heads.get(number), direct.get(number) || 0, own.get(number) || 0);
    });
    return this.gather(query, found.filter((one) => one.score > 0.9));
  }

  /* 一个文档有多合适 */
  judge(query, number, head, direct, own) {
    const type = this.index.typeOf(number);
    const names = [[head.name, 1], ...head.aliases.map((text) => [text, 0.98])];
    const texts = names.concat((head.words || []).map((text) => [text, 0.92]));
    const office = type === BODY ? { ...query, whole: query.bare.replace(OFFICE, "") || query.bare } : query;
    if (type === BODY) office.bare = office.core = office.whole;
    const proof = own * query.total; // 有多少分量的字对上了，与问得长短无关
    let close = 4.2 * own;
    let matched = head.name;
    texts.forEach(([text, factor]) => {
      const like = closeness(office, text) * factor;
      if (like > close) [close, matched] = [like, text];
    });
    const sound = this.spoken.get(number);
    if (sound && sound.score > 0.5) {
      const level = (type === KIND ? texts : names).find(([text]) => [key(text).length, core(key(text)).length].includes(sound.length));
      const heard = (level ? 8.6 : 7) * sound.score;
      if (heard > close) [close, matched] = [heard, level ? level[0] : matched];
    }
    const here = type === KIND ? head.counts.some((count) => count[0] === this.place) : head.place === this.place;
    const near = here ? NEAR : 0;
    const demote = [0, 2.5, 0.9, 1.2, 1.5][type];
    const exact = close === 10 && matched === head.name && type !== TOPIC;
    const score = close + 1.6 * direct + this.index.priority(number) * 0.06 + near - (exact ? 0.3 : demote);
    return { number, type, head, close, matched, score, exact, proof, own: close };
  }

  /* 各文档 → 结果：事项挂在种类和办的事上；几个地区差不多的合成一组 */
  async gather(query, found) {
    const best = new Map();
    const offices = found.filter((one) => one.type === BODY && one.close >= 9);
    const errands = found.filter((one) => one.type === SERVICE && one.close >= 4).sort((a, b) => b.score - a.score);
    const wanted = new Map(); // 种类 → 由单位、办的事带来的分数
    this.office = offices.length > 0; // 问的是单位：先把它要的、开的各种证明列出来，事项靠后
    if (this.office) this.ofOffices(query, offices, wanted);
    const errandLikes = errands.slice(0, 6);
    const standing = new Set();
    errandLikes.forEach(({ head }) => head.items.forEach((item) => this.visible(item[2]) && standing.add(item[1])));
    errandLikes.forEach((one) =>
      one.head.items.slice(0, 8).forEach(([, kind]) => {
        // 取消了的不单列，由它的种类来答
        const gone = standing.has(kind) ? 0 : one.score + (one.exact ? -0.2 : 0.2);
        wanted.set(kind, Math.max(wanted.get(kind) || 0, gone));
      })
    );
    const known = new Map(found.map((one) => [one.number, one]));
    const missing = [...wanted.keys()].filter((number) => !known.has(number)).slice(0, offices.length ? 12 : 6);
    const heads = await this.index.heads(missing);
    heads.forEach((head, number) => {
      const one = { number, type: KIND, head, close: 0, matched: head.name, score: 0, proof: 0 };
      known.set(number, one);
    });
    wanted.forEach((score, number) => {
      const one = known.get(number);
      if (one && score > one.score) Object.assign(one, { score, close: Math.max(one.close, 7), called: true });
    });
    const put = (hit) => {
      const group = hit.group || hit.id;
      const other = best.get(group);
      const member = ({ id, place, url }) => ({ id, place, url });
      if (!other) best.set(group, hit);
      else if ([other, ...other.members].some(({ id }) => id === hit.id)) other.score = Math.max(other.score, hit.score);
      else if (this.prefers(hit, other)) best.set(group, { ...hit, members: [member(other), ...other.members] });
      else other.members.push(member(hit));
    };
    errandLikes.forEach((one) => this.errandItems(one, known, put));
    [...known.values()].filter((one) => one.score > 0).forEach((one) => {
      put(this.hit(one));
      if (one.type === KIND) this.kindItems(query, one, put);
    });
    return [...best.values()].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  }

  /* 同一组里选谁：本地的，其次分高的 */
  prefers(hit, other) {
    const here = (one) => (one.at === this.place ? 1 : 0);
    return here(hit) - here(other) > 0 || (here(hit) === here(other) && hit.score > other.score + 1e-9);
  }

  ofOffices(query, offices, wanted) {
    const issued = /开的|开具|出具/.test(query.whole);
    const asked = /要的/.test(query.whole);
    const sums = new Map();
    offices.forEach(({ head }) => {
      if (this.options.place && head.place !== this.place) return;
      const add = (rows, weight) => rows.forEach(([kind, n]) => sums.set(kind, (sums.get(kind) || 0) + n * weight));
      if (!asked) add(head.issues, issued ? 10 : 1.5);
      if (!issued) add(head.asks, asked ? 10 : 1);
    });
    const order = [...sums].map(([kind, n]) => [kind, n + this.index.priority(kind) / 3]).sort((a, b) => b[1] - a[1]);
    offices.sort((a, b) => b.score - a.score);
    const top = offices[0].score + (offices[0].exact ? -0.1 : 0.4);
    order.slice(0, 12).forEach(([kind], i) => wanted.set(kind, top - i * 0.05));
  }

  errandItems(one, known, put) {
    const { place, name, body, alike, items } = one.head;
    const shown = items.filter((item) => this.visible(item[2]));
    shown.slice(0, 8).forEach(([id, kind, answer], i) => {
      const owner = known.get(kind);
      if (!owner) return;
      const both = Math.min(owner.own || 0, 6) * 0.3; // 证明和要办的事都说到了
      const score = one.score + (one.exact ? -0.1 : 0.3) + both - i * 0.06;
      put(this.item(owner, { id, place, service: name, body, answer, alike }, score, one));
    });
  }

  kindItems(query, one, put) {
    one.head.rows.forEach(([id, place, service, body, answer, group]) => {
      if (!this.visible(answer) || (this.options.place && place !== this.place)) return;
      const own = new Set(grams(key(service + body)));
      const extra = query.units.reduce((sum, unit) => sum + (own.has(unit.terms[0]) ? unit.idf : 0), 0);
      const share = query.total && !one.called && !this.office ? extra / query.total : 0;
      const strong = one.close >= 8.5 && !one.called && !this.office;
      const score = one.score - (strong ? 0.5 : 1.6) - group * 0.05 + share * 2;
      put(this.item(one, { id, place, service, body, answer, alike: likeness(service) }, score, one));
    });
  }

  visible(answer) {
    const code = this.index.manifest.answers[answer][0];
    return this.options.answer ? code === this.options.answer : code !== "cancelled";
  }

  word(answer, licence) {
    const [code, word, licenceWord] = this.index.manifest.answers[answer];
    return { code, word: (licence && licenceWord) || word };
  }

  item(owner, { id, place, service, body, answer, alike }, score, source) {
    const { name, aliases, licence } = owner.head;
    const placeId = this.index.manifest.places[place][0];
    const { code, word } = this.word(answer, licence);
    return {
      id, kind: "item", name, names: [name, ...aliases], place: placeId, url: `${placeId}/items/${id}/`,
      answer: word, code, tags: [[code, word, 0]], score: score + (place === this.place ? NEAR : 0),
      service, body, at: place, members: [], group: `${owner.head.id}|${alike}`,
      close: source.close, matched: source.matched, proof: source.proof,
    };
  }

  hit({ head, type, score, close, matched, proof }) {
    const kind = TYPES[type];
    const { manifest } = this.index;
    const placeId = head.place === undefined ? "" : manifest.places[head.place][0];
    const counts = new Map();
    const rows = head.counts || head.items.map(([, , answer]) => [head.place, answer, 1]);
    rows.forEach(([place, answer, n]) => {
      if (!this.options.place || place === this.place) counts.set(answer, (counts.get(answer) || 0) + n);
    });
    const tags = [...counts].sort((a, b) => b[1] - a[1]).map(([answer, n]) => {
      const { code, word } = this.word(answer, head.licence);
      return [code, word, n];
    });
    if (!tags.length) tags.push([...manifest.answers.find(([code]) => code === "unknown").slice(0, 2), 0]);
    return {
      id: head.id, kind, name: head.name, names: [head.name, ...head.aliases], place: placeId,
      url: `${placeId && placeId + "/"}${FOLDERS[kind]}/${head.id}/`, answer: tags[0][1], code: tags[0][0], tags,
      score, service: "", body: head.body || "", at: head.place, members: [],
      group: head.alike ? `${kind}|${head.alike}` : "", close, matched, proof,
    };
  }

  async popular() {
    const heads = await this.index.heads(this.index.manifest.popular);
    return [...heads.values()].map((head, i) =>
      this.hit({ head, type: KIND, close: 9, matched: head.name, score: 5 - i * 0.1, proof: 9 })
    );
  }

  async answer(query, hits, common) {
    const { options, index } = this;
    const local = hits.filter((hit) => !options.place || !hit.place || hit.place === options.place);
    const floor = local.length ? local[0].score * 0.25 : 0;
    const near = local.filter((hit) => hit.score >= floor);
    const enough = common || near.slice(0, 3).some((hit) => hit.close >= 1.5 || hit.proof >= 5.5);
    const all = enough ? near : [];
    const fits = (hit) =>
      (!options.kind || hit.kind === options.kind) &&
      (!options.answer || hit.tags.some((tag) => tag[0] === options.answer));
    const shown = all.filter(fits).slice(0, options.limit || 40);
    const alike = near.filter((hit) => hit.kind === "kind").slice(0, 5);
    const nearest = enough || alike.length ? alike : (await this.popular()).slice(0, 5);
    const asked = index.manifest.places[this.place];
    const places = asked ? [asked] : index.manifest.places;
    const sentences = [...new Set(places.map((place) => place[2]))];
    return {
      text: this.text, common, hits: shown, total: all.filter(fits).length, facets: facets(all),
      nearest: enough ? [] : nearest, alike: alike.length > 0, corrected: enough ? this.corrected : "",
      sentence: sentences.length === 1 ? sentences[0] : index.manifest.unknown, answers: index.manifest.answers,
      terms: [query.bare, ...query.units.map((unit) => unit.terms[0])],
    };
  }
}

function facets(hits) {
  const found = { kind: {}, answer: {}, place: {} };
  const add = (facet, value) => {
    if (value) found[facet][value] = (found[facet][value] || 0) + 1;
  };
  hits.forEach((hit) => {
    add("kind", hit.kind);
    add("place", hit.place);
    new Set(hit.tags.map((tag) => tag[0])).forEach((code) => add("answer", code));
  });
  return found;
}

/* 与 documents.py 的 likeness 一致：几个地区叫法略有不同的同一件事 */
export function likeness(name) {
  const whole = key(name);
  return sorted(whole.replace(/申请|申领|领取|办理|签发|许可|审批|登记|核准|的|和/g, "") || whole);
}
