/* 查询框和查询页。引擎（search.js）由 site.js 在框得到焦点时一并取来；这里只管页面。
   所有文字都以文本写入，不拼 HTML。 */

const LABELS = { kind: "证明", item: "办某件事时", service: "办的事", topic: "生活场景", body: "单位", "legal-basis": "法律依据" };
const SUGGESTED = 6;
export const PAUSE = 90;
const CARD = /^\s*zm-?([0-9a-hjkmnp-tv-z]{6})\s*$/i;

export function make(tag, values, ...children) {
  const element = document.createElement(tag);
  Object.keys(values || {}).forEach((name) => {
    if (values[name] !== false && values[name] != null) element.setAttribute(name, values[name] === true ? "" : values[name]);
  });
  element.append(...children.filter((child) => child !== "" && child != null && child !== false));
  return element;
}

/* 一段文字里哪些字与问的相合：[[文字, 是否], …] */
export function marks(text, terms) {
  const hot = new Array(text.length).fill(false);
  const lower = text.toLowerCase();
  terms.filter(Boolean).forEach((term) => {
    for (let at = lower.indexOf(term); at >= 0; at = lower.indexOf(term, at + 1)) hot.fill(true, at, at + term.length);
  });
  const parts = [];
  for (let i = 0; i < text.length; i++) {
    if (i && hot[i] === hot[i - 1]) parts[parts.length - 1][0] += text[i];
    else parts.push([text[i], hot[i]]);
  }
  return parts;
}

export function marked(text, terms) {
  return marks(text, terms).map(([part, hot]) => (hot ? make("mark", null, part) : part));
}

/* 索引：取不到、换了版本，就重新取一次清单；还是不行才算查不了。coming 是已经在路上的清单 */
export class Finder {
  constructor(engine, root, coming) {
    Object.assign(this, { engine, root, coming, index: null });
  }

  async search(text, options) {
    for (let attempt = 0; ; attempt++) {
      const cache = attempt ? "reload" : "default";
      try {
        if (!this.index) this.index = this.engine.open((path) => this.load(path, path === "manifest.json" ? cache : "default"));
        return await (await this.index).search(text, options);
      } catch (error) {
        this.index = null;
        if (attempt) throw error;
      }
    }
  }

  async places() {
    return this.index ? (await this.index).manifest.places : [];
  }

  async load(path, cache) {
    const coming = path === "manifest.json" ? this.coming : null;
    if (coming) this.coming = null;
    const answer = await (coming || fetch(`${this.root}search/${path}`, { cache }));
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  }
}

export function chosenPlace() {
  try {
    return localStorage.zmPlace || "";
  } catch (error) {
    return "";
  }
}

function tags(hit, most) {
  return hit.tags.slice(0, most).map(([code, word, count]) =>
    make("span", { class: "tag", "data-answer": code }, count && hit.kind !== "item" ? `${word} ${count} 项` : word)
  );
}

function about(hit, places) {
  const place = places.filter((one) => one[0] === hit.place).map((one) => one[1])[0];
  const parts = [hit.kind === "item" ? `办“${hit.service}”` : hit.kind === "kind" ? "" : LABELS[hit.kind], hit.body, place];
  return parts.filter(Boolean).join(" · ");
}

function heard(hit) {
  return hit.matched && hit.matched !== hit.name && hit.close >= 5 && hit.kind !== "item";
}

/* ---- 输入框带一张单子：combobox，边打边给的建议和工作台的选单共用 ---- */

let lists = 0;

export class Listbox {
  /* pick(选中的一项)；上下键选，回车定，Esc 收起 */
  constructor(input, label, pick) {
    Object.assign(this, { input, pick, active: -1 });
    this.list = make("ul", { class: "options", role: "listbox", id: `options-${++lists}`, "aria-label": label, hidden: true });
    this.said = make("p", { class: "visually-hidden", role: "status" });
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    Object.keys(attributes).forEach((name) => input.setAttribute(name, attributes[name]));
    input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) pick(option);
    });
  }

  get open() {
    return !this.list.hidden;
  }

  choose(number) {
    const options = this.list.children;
    this.active = options.length ? (number + options.length + 1) % (options.length + 1) : -1;
    if (this.active === options.length) this.active = -1;
    [...options].forEach((option, i) => option.setAttribute("aria-selected", String(i === this.active)));
    if (this.active < 0) this.input.removeAttribute("aria-activedescendant");
    else {
      this.input.setAttribute("aria-activedescendant", options[this.active].id);
      options[this.active].scrollIntoView({ block: "nearest" });
    }
  }

  show(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.choose(-1);
  }

  /* rows：[属性, ...内容]；said 读给看不见屏幕的人 */
  fill(rows, said) {
    this.list.textContent = "";
    rows.forEach(([values, ...children], i) =>
      this.list.append(make("li", { role: "option", id: `${this.list.id}-${i}`, "aria-selected": "false", ...values }, ...children))
    );
    if (this.active >= 0) this.choose(Math.min(this.active, rows.length - 1)); // 已经按了方向键：新来的不打断
    this.said.textContent = said;
    this.show(rows.length > 0);
  }

  key(event) {
    if (event.isComposing) return;
    const { list, active } = this;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && list.children.length) {
      event.preventDefault();
      if (!this.open) this.show(true);
      this.choose(event.key === "ArrowDown" ? active + 1 : active < 0 ? list.children.length - 1 : active - 1);
    } else if (event.key === "Escape" && this.open) {
      event.preventDefault();
      this.show(false);
    } else if (event.key === "Enter" && this.open && active >= 0) {
      event.preventDefault();
      this.pick(list.children[active]);
    }
  }
}

/* ---- 边打边给的建议 ---- */

export function suggest(input, finder) {
  const form = input.form;
  const box = new Listbox(input, "建议", (option) => {
    location.href = finder.root + option.dataset.url;
  });
  form.append(box.list, box.said);
  let turn = 0;
  let timer = 0;

  const calm = () => {
    // 还没查的不查，还在路上的建议不再打开单子
    clearTimeout(timer);
    turn++;
  };

  const close = () => {
    calm();
    box.show(false);
  };

  const fill = async () => {
    const mine = ++turn;
    const text = input.value.trim();
    if (!text) return close();
    const place = form.elements.place && form.elements.place.value;
    let found = { hits: [] };
    let places = [];
    try {
      found = await finder.search(text, { place, near: chosenPlace(), limit: SUGGESTED });
      places = await finder.places();
    } catch (error) {
      /* 建议给不出来，回车照样能查 */
    }
    if (mine !== turn || document.activeElement !== input) return undefined;
    const rows = found.hits.map((hit) => {
      const name = make("b", null, ...marked(hit.name, found.terms));
      return [{ "data-url": hit.url }, make("span", { class: "options__name" }, name, ...tags(hit, 1)), make("small", null, about(hit, places))];
    });
    box.fill(rows, rows.length ? `${rows.length} 条建议，按上下键选` : "没有建议，按回车查");
    return undefined;
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(fill, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") calm();
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  if (input.value.trim() && document.activeElement === input) fill();
}

/* ---- 查询页 ---- */

export function searchPage(input, finder, area) {
  new SearchPage(input, finder, area).start();
}

class SearchPage {
  constructor(input, finder, area) {
    Object.assign(this, { input, finder, area, turn: 0, timer: 0, form: input.form });
    this.count = make("p", { class: "found", role: "status" });
    this.filters = make("div", { class: "facets", role: "group", "aria-label": "缩小范围" });
    area.before(this.count, this.filters);
    this.state = this.read();
  }

  start() {
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.change({ q: this.input.value.trim() }, true), PAUSE);
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.timer);
      this.change({ q: this.input.value.trim() }, false);
    });
    addEventListener("popstate", () => {
      this.state = this.read();
      this.input.value = this.state.q;
      this.run();
    });
    const typed = this.input.value.trim(); // 脚本取来以前就打进去的字
    if (typed) this.change({ q: typed }, true);
    else {
      this.input.value = this.state.q;
      this.run();
    }
  }

  read() {
    const given = new URLSearchParams(location.search);
    const state = {};
    ["q", "kind", "answer", "place"].forEach((name) => (state[name] = given.get(name) || ""));
    return state;
  }

  change(values, quiet) {
    this.state = { ...this.state, ...values };
    const given = new URLSearchParams();
    Object.keys(this.state).forEach((name) => this.state[name] && given.set(name, this.state[name]));
    const address = `${location.pathname}${String(given) && `?${given}`}`;
    try {
      history[quiet ? "replaceState" : "pushState"](null, "", address);
    } catch (error) {
      /* 太长的查询不能写进地址栏，照样能查 */
    }
    this.run();
  }

  mark(state) {
    this.area.dataset.state = state;
    this.area.setAttribute("aria-busy", String(state === "loading"));
  }

  fill(...children) {
    this.area.textContent = "";
    this.area.append(...children);
  }

  async run() {
    const mine = ++this.turn;
    const { q, kind, answer, place } = this.state;
    document.title = q ? `${q.slice(0, 30)} - 查证明` : "查证明";
    if (!q) {
      this.count.textContent = "";
      this.filters.textContent = "";
      this.fill();
      return this.mark("idle");
    }
    this.mark("loading");
    try {
      const found = await this.finder.search(q, { kind, answer, place, near: chosenPlace() });
      if (mine !== this.turn) return undefined;
      const places = await this.finder.places();
      this.show(found, places);
      this.mark("done");
    } catch (error) {
      if (mine !== this.turn) return undefined;
      this.failed();
      this.mark("error");
    }
    return undefined;
  }

  show(found, places) {
    const { q } = this.state;
    const nothing = !found.hits.length;
    const vague = !nothing && !found.common && found.hits[0].close < 3;
    this.count.textContent = nothing ? "没有找到" : found.common ? "常用的证明" : `找到 ${found.total} 条` + (found.total > found.hits.length ? `，先列 ${found.hits.length} 条` : "");
    this.facets(found, places);
    const parts = found.hits.map((hit, i) => this.article(hit, found, places, this.under(found.hits, i)));
    if (found.corrected) parts.unshift(this.meant(found.corrected));
    const card = CARD.exec(q);
    if (card) parts.unshift(this.card(card[1].toLowerCase()));
    if (vague) parts.unshift(make("p", { class: "note" }, `没有正好叫“${q.slice(0, 40)}”的证明，下面是意思最近的。`));
    parts.push(this.leads(found, nothing));
    this.fill(...parts);
  }

  /* 给窗口看的卡片上印着编号：照着打进来的，直接带过去 */
  card(id) {
    return make("p", { class: "note" }, "这是卡片上的编号：", make("a", { href: `${this.finder.root}i/zm-${id}` }, `打开 zm-${id}`));
  }

  meant(text) {
    const button = make("button", { type: "button", class: "link" }, text);
    button.addEventListener("click", () => {
      this.input.value = text;
      this.input.focus();
      this.change({ q: text }, false);
    });
    return make("p", { class: "meant" }, "您要找的是不是：", button);
  }

  /* 紧跟在自己的种类后面的事项，缩进去 */
  under(hits, i) {
    let above = i;
    while (above >= 0 && hits[above].kind === "item" && hits[above].name === hits[i].name) above--;
    return hits[i].kind === "item" && above >= 0 && hits[above].kind === "kind" && hits[above].name === hits[i].name;
  }

  article(hit, found, places, under) {
    const { root } = this.finder;
    const members = hit.members.map((member) => member.id).join(" ");
    const head = make("h2", { class: "hit__name" }, make("a", { href: root + hit.url }, ...marked(hit.name, found.terms)));
    const said = about(hit, places);
    const lines = said ? [make("p", { class: "hit__about" }, ...marked(said, found.terms))] : [];
    const quoted = /[开要发打]的$/.test(hit.matched) ? ["", ""] : ["也说“", "”"]; // “公安局开的”不是名字，不说“也说”
    if (heard(hit)) lines.push(make("p", { class: "hit__heard" }, quoted[0], ...marked(hit.matched, found.terms), quoted[1]));
    if (hit.members.length) lines.push(this.members(hit, places));
    return make("article", { class: under ? "hit hit--under" : "hit", "data-id": hit.id, "data-kind": hit.kind, "data-name": hit.name, "data-place": hit.place || false,
      "data-members": members || false }, make("div", { class: "hit__head" }, head, make("span", { class: "hit__tags" }, ...tags(hit, 3))), ...lines);
  }

  members(hit, places) {
    const names = new Map(places.map(([id, name]) => [id, name]));
    const links = hit.members.map((member) => make("li", null, make("a", { href: this.finder.root + member.url }, names.get(member.place) || member.id)));
    return make("details", { class: "hit__members" }, make("summary", null, `另有 ${hit.members.length} 处差不多`), make("ul", null, ...links));
  }

  /* 没有找到，或者找到的都不是：最近的种类、能说的话、电话、表单 */
  leads(found, nothing) {
    const { root } = this.finder;
    const asked = this.state.q.slice(0, 40);
    const form = (path, given) => `${root}${path}?${new URLSearchParams({ ...given, ...(this.state.place && { place: this.state.place }) })}`;
    const complain = make("a", { class: "button button--danger", href: form("complaints/new", { ground: "G1_demand", asked_for: asked }) }, "窗口还是要我开这个证明");
    const advise = make("a", { class: "button button--quiet", href: form("suggestions/new", { text: `建议收录：${asked}` }) }, "建议收录它");
    const down = make("p", { class: "note note--warning", role: "alert", hidden: true }, "现在打不开表单。请打 ",
      make("a", { href: "tel:12345" }, "12345"), "，或看", make("a", { href: `${root}help/complain/` }, "还能怎么反映"), "。");
    [complain, advise].forEach((link) => link.addEventListener("click", (event) => this.leave(event, link, down)));
    const nearest = found.nearest.map((hit) => make("li", null, make("a", { href: root + hit.url }, hit.name)));
    return make("section", { class: nothing ? "card leads leads--nothing" : "card leads", "aria-label": nothing ? "没有找到" : "没找到想要的" },
      make("h2", null, nothing ? `没有收录“${asked}”` : "没找到想要的？"),
      nothing || !this.exact(found) ? make("p", null, found.sentence) : "",
      nearest.length ? make("p", null, found.alike ? "名字相近的证明：" : "常用的证明：") : "",
      nearest.length ? make("ul", { class: "suggest" }, ...nearest) : "",
      make("p", { class: "actions--inline" }, complain, advise, make("a", { class: "button button--quiet", href: "tel:12345" }, "打 12345")), down);
  }

  exact(found) {
    return found.common || (found.hits.length && found.hits[0].close >= 8);
  }

  /* 表单在另一个服务上：先看它在不在，不在就说别的办法 */
  async leave(event, link, down) {
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { method: "HEAD", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      location.href = link.href;
    } catch (error) {
      down.hidden = false;
    }
  }

  facets(found, places) {
    const held = this.filters.contains(document.activeElement) && document.activeElement.name;
    this.filters.textContent = "";
    const { kind, answer, place } = this.state;
    const any = Object.keys(found.facets.kind).length;
    if (!any || found.common) return;
    const names = new Map(places.map(([id, name]) => [id, name]));
    this.filters.append(
      this.row("找什么", "kind", kind, Object.keys(LABELS).filter((k) => found.facets.kind[k] || k === kind).map((k) => [k, LABELS[k], found.facets.kind[k] || 0])),
      this.row("答复", "answer", answer, found.answers.map(([code, word]) => [code, word, found.facets.answer[code] || 0])),
      this.row("地区", "place", place, [...names].map(([id, name]) => [id, name, found.facets.place[id] || 0]))
    );
    const again = held && this.filters.querySelector(`[name="${held}"]`);
    if (again) again.focus();
  }

  row(label, name, chosen, values) {
    const shown = values.filter((value) => value[2] || value[0] === chosen);
    if (shown.length < 2 && !chosen) return "";
    const select = make("select", { "aria-label": label, name: `filter-${name}` }, make("option", { value: "" }, label),
      ...shown.map(([value, text, count]) => make("option", { value, selected: value === chosen }, count ? `${text}（${count}）` : text)));
    select.addEventListener("change", () => {
      this.change({ [name]: select.value }, false);
    });
    return select;
  }

  failed() {
    const { root } = this.finder;
    this.count.textContent = "";
    this.filters.textContent = "";
    const again = make("button", { type: "button", class: "button button--quiet" }, "再试一次");
    again.addEventListener("click", () => this.run());
    const link = (path, text) => make("a", { href: root + path }, text);
    this.fill(make("section", { class: "card leads leads--nothing", "aria-label": "现在查不了" }, make("h2", null, "现在查不了"),
      make("p", null, "查询用的文件没有取到，可能是网络断了，或者网站正在更新。"),
      make("p", null, "可以从", link("kinds/", "证明目录"), "或", link("topics/", "办的事"), "找，也可以打 ", make("a", { href: "tel:12345" }, "12345"), "。"),
      make("p", null, again)));
  }
}
