/* 工作台的选单：打几个字就找得到。选中的值仍由原来的 select 交出去；没有脚本的时候，它就是 select。
   哪些 select、找哪一类，由 data-find 说明（templates/_forms.html）；地区写在 body 的 data-place 上。 */

import { Finder, Listbox, PAUSE, make, marked } from "./search-box.js";

const FEW = 8; // 选项不多的，原来的 select 更快
const SHOWN = 30;
const LOCAL = ["item", "service", "body"];
const ROOT = new URL("../", import.meta.url).pathname;

let coming = null;

/* 引擎在第一次用到的时候才取；取不到就只按字面找 */
function finder() {
  coming = coming || import("./search.js").then((engine) => new Finder(engine, ROOT, null));
  coming.catch(() => (coming = null));
  return coming;
}

/* 空着是什么意思，select 的第一项说了；输入框也说一遍 */
function hint(empty) {
  return /^请选择|^$/.test(empty) ? `打字查找${empty.replace("请选择", "")}` : `打字查找；${empty}`;
}

class Picker {
  constructor(select) {
    Object.assign(this, { select, turn: 0, timer: 0, terms: [], moved: false });
    this.texts = new Map([...select.options].filter((option) => option.value).map((option) => [option.value, option.text.trim()]));
    const empty = [...select.options].find((option) => !option.value);
    this.clearable = Boolean(empty);
    const kept = (name) => select.getAttribute(name);
    this.input = make("input", { type: "text", id: select.id, autocomplete: "off", spellcheck: "false", "aria-describedby": kept("aria-describedby"),
      "aria-invalid": kept("aria-invalid"), "aria-required": select.required && "true", placeholder: hint(empty ? empty.text.trim() : "") });
    this.box = new Listbox(this.input, "可以选的", (option) => this.take(option.dataset.value));
    select.removeAttribute("id");
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    const whole = make("div", { class: "picker" });
    select.before(whole);
    whole.append(this.input, select, this.box.list, this.box.said);
    this.show();
    this.listen();
  }

  listen() {
    this.select.addEventListener("change", () => this.show());
    this.input.addEventListener("input", () => {
      this.stop();
      this.moved = false;
      this.list(this.written()); // 字面相合的马上就有，免得回车选到上一次的
      this.timer = setTimeout(() => this.find(), PAUSE);
    });
    this.input.addEventListener("focus", () => {
      finder().catch(() => {});
      this.input.select();
    });
    this.input.addEventListener("click", () => this.box.open || this.list([...this.texts.keys()]));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.stop();
    if (event.key === "Enter") event.preventDefault(); // 选单里的回车不提交整张表
    const down = event.key === "ArrowDown" || event.key === "ArrowUp";
    if (down) this.moved = true;
    if (down && !this.box.list.children.length) {
      event.preventDefault();
      this.list([...this.texts.keys()]);
    }
  }

  /* 输入框里显示选中的那一项 */
  show() {
    this.input.value = this.texts.get(this.select.value) || "";
  }

  take(value) {
    this.stop();
    this.select.value = value;
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
    this.close();
  }

  stop() {
    clearTimeout(this.timer);
    this.turn++;
  }

  /* 收起，下次打开从头列 */
  close() {
    this.box.show(false);
    this.box.list.textContent = "";
  }

  /* 离开：清空了就是不选；打了一半的，回到原来选的 */
  leave() {
    if (!this.input.value.trim() && this.clearable && this.select.value) this.take("");
    this.stop();
    this.close();
    this.show();
  }

  async find() {
    const mine = ++this.turn;
    const text = this.input.value.trim();
    const meant = text ? await this.meant(text) : [];
    if (mine !== this.turn || document.activeElement !== this.input) return;
    this.list([...new Set([...meant, ...this.written()])]);
  }

  /* 字面上含有的：越靠前、越短的越先 */
  written() {
    const text = this.input.value.trim().toLowerCase();
    this.terms = [text];
    const at = (value) => this.texts.get(value).toLowerCase().indexOf(text);
    const order = (a, b) => at(a) - at(b) || this.texts.get(a).length - this.texts.get(b).length;
    const found = [...this.texts.keys()].filter((value) => at(value) >= 0);
    return text ? found.sort(order) : found;
  }

  /* 引擎找到的：俗称、拼音、错字也认得；近似的几项合成一组时，组里的也算 */
  async meant(text) {
    const kind = this.select.dataset.find;
    const place = document.body.dataset.place;
    try {
      const found = await (await finder()).search(text, { kind, near: place, place: LOCAL.includes(kind) ? place : "" });
      const ids = found.hits.reduce((all, hit) => all.concat(hit.id, hit.members.map((member) => member.id)), []);
      return ids.filter((id) => this.texts.has(id));
    } catch (error) {
      return [];
    }
  }

  list(values) {
    const held = this.moved && this.box.active >= 0 ? this.box.list.children[this.box.active].dataset.value : "";
    const rows = values.slice(0, SHOWN).map((value) => [{ "data-value": value }, ...marked(this.texts.get(value), this.terms)]);
    const more = values.length > SHOWN ? `，先列 ${SHOWN} 个，再打几个字` : "";
    this.box.fill(rows, rows.length ? `${values.length} 个${more}，按上下键选` : "没有找到，换个说法试试");
    const typed = this.input.value.trim() && this.input.value !== this.texts.get(this.select.value);
    if (rows.length && typed) this.box.choose(Math.max(0, values.slice(0, SHOWN).indexOf(held))); // 新来的不换掉已经按到的
  }
}

document.querySelectorAll("select[data-find]").forEach((select) => select.options.length > FEW && new Picker(select));
