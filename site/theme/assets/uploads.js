/* 选照片的格子：大照片先在手机上缩小再传，省流量，云上的入口也收得下；还是放不下的，按了提交先传到隔离区（ahead.js），
   没有隔离区的当场说，填好的不丢。没有脚本，原样的照片照常可以传，由服务器缩小（complaints/uploads.py 用同样的大小）。 */

import { bring } from "./ahead.js";
import { made } from "./common.js";

const LONGEST_SIDE = 2400;
const QUALITY = 0.85;
const SMALL = 600000; // 字节；不到这么大的原样传
const MOST_BYTES = 10 * 1024 * 1024; // 一个文件；和 complaints/uploads.py 一样
const MOST_FILES = 5;

async function shrunk(file) {
  if (file.size < SMALL || !/^image\/(jpeg|png)$/.test(file.type)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return made && made.size < file.size ? new File([made], "photo.jpg", { type: "image/jpeg" }) : file;
  } catch (error) {
    return file; // 打不开的由服务器说哪里不对
  }
}

const QUARTERS = ["", "，传了四分之一", "，传了一半", "，传了四分之三", "，快好了"]; // 读屏软件不用每一点都念

const megabytes = (size) => `${Math.max(size / 1000000, 0.1).toFixed(1)} MB`;
const sum = (files) => files.reduce((size, file) => size + file.size, 0);

/* 在格子下面说一句话；空的就收起来 */
function say(input, text) {
  const id = `m-${input.name}`;
  let told = document.getElementById(id);
  if (!told) {
    told = made("small", "", { id, class: "field__error", role: "alert" });
    input.after(told);
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby")} ${id}`);
  }
  told.textContent = text;
  told.hidden = !text;
  input.toggleAttribute("aria-invalid", Boolean(text));
}

/* 一个选照片的格子，和要在表单之前先传的那些 */
class Uploads {
  constructor(input) {
    this.input = input;
    this.form = input.form;
    this.ahead = input.dataset.ahead || "";
    this.required = input.required;
    this.there = []; // 传好了的：{file, id, field}
    this.working = null; // 正在缩小
    this.stopping = null; // 正在传
    input.addEventListener("change", () => this.chosen());
    this.form.addEventListener("submit", (event) => this.submitted(event));
  }

  get files() {
    return [...this.input.files];
  }

  set files(files) {
    const box = new DataTransfer();
    files.forEach((file) => box.items.add(file));
    this.input.files = box.files;
  }

  get most() {
    return Number(this.input.dataset.megabytes); // 一张表单里放得下的，MB
  }

  get fits() {
    return sum(this.files) < this.most * 1000000;
  }

  async chosen() {
    this.stop();
    const work = Promise.all(this.files.map(shrunk));
    this.working = work;
    const files = await work;
    if (this.working !== work) return; // 又选了别的
    this.files = files;
    this.working = null;
    this.show();
  }

  wrong() {
    if (!this.ahead) {
      if (this.fits) return "";
      const size = megabytes(sum(this.files));
      return `选的照片和文件合计 ${size}，一次最多 ${this.most} MB：请少选几个，提交以后还可以到“查进度”里再补。`;
    }
    const many = this.files.length + this.there.length > MOST_FILES ? [`一次最多 ${MOST_FILES} 个照片和文件，请少选几个`] : [];
    const bad = this.files.flatMap((file, at) => {
      if (file.size > MOST_BYTES) return [`第 ${at + 1} 个有 ${megabytes(file.size)}，一个文件最多 10 MB`];
      return file.size ? [] : [`第 ${at + 1} 个是空的，请重新选`];
    });
    return [...many, ...bad].join("；");
  }

  submitted(event) {
    if (!this.working && !this.wrong() && this.fits) return;
    event.preventDefault();
    if (this.stopping) this.box.scrollIntoView({ block: "center" });
    else if (this.working) this.working.then(() => setTimeout(() => this.again(event.submitter)));
    else if (this.wrong()) this.input.focus();
    else this.sendAll(event.submitter);
  }

  again(submitter) {
    if (this.form.requestSubmit) this.form.requestSubmit(submitter);
    else (submitter || this.form.querySelector("button:not([type=button])")).click(); // 老浏览器
  }

  /* 一个一个地传；都到了就交表单，有一个没到就停下来说明 */
  async sendAll(submitter) {
    const stopping = new AbortController();
    this.stopping = stopping;
    this.form.setAttribute("aria-busy", "true");
    this.show();
    this.box.scrollIntoView({ block: "center" }); // 按钮在下面，不然看不到在传
    let failed = "";
    while (!failed && this.files.length) {
      failed = await this.sendFirst(stopping.signal);
      if (this.stopping !== stopping) return; // 停下了，或者换了别的文件
    }
    this.end();
    this.show();
    if (!failed) {
      this.again(submitter);
      return;
    }
    this.tell(`${failed}。填好的都在，传好的不用再传。`);
    const retry = this.button("再传一次", () => this.again(submitter));
    this.box.append(retry);
    retry.focus();
  }

  async sendFirst(signal) {
    const file = this.files[0];
    const number = this.there.length + 1;
    const total = this.there.length + this.files.length;
    const row = this.list.children[this.there.length];
    const told = (percent) => {
      row.querySelector("progress").value = percent;
      row.querySelector("span").textContent = `已传 ${percent}%`;
      this.tell(`正在传第 ${number} 个，共 ${total} 个${QUARTERS[Math.floor(percent / 25)]}`);
    };
    told(0);
    try {
      const id = await bring(this.ahead, this.form.elements.draft.value, file, told, signal);
      if (signal.aborted) return "停下了";
      const field = made("input", "", { type: "hidden", name: `ahead.${id}`, value: "yes" });
      this.form.append(field);
      this.there.push({ file, field });
      this.files = this.files.slice(1);
      this.show();
      return "";
    } catch (error) {
      return `第 ${number} 个没有传上去：${error.message}`;
    }
  }

  stop() {
    if (!this.stopping) return;
    this.stopping.abort();
    this.end();
    this.show();
    this.tell("已经停下，没有提交。填好的都在。");
  }

  end() {
    this.stopping = null;
    this.form.removeAttribute("aria-busy");
  }

  leaveOut(at) {
    if (at < this.there.length) this.there.splice(at, 1)[0].field.remove();
    else this.files = this.files.filter((_, other) => other !== at - this.there.length);
    this.stop();
    this.show();
    this.input.focus();
  }

  tell(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  /* 画出要先传的文件；放得下的和从前一样，什么也不画 */
  show() {
    say(this.input, this.wrong());
    this.input.required = this.required && !this.there.length;
    const shown = this.ahead && (this.there.length || !this.fits);
    if (!shown && !this.box) return;
    if (!this.box) this.make();
    this.box.hidden = !shown;
    const coming = this.stopping || !this.fits ? this.files : [];
    const all = [...this.there.map((one) => one.file), ...coming];
    this.list.textContent = "";
    this.list.append(...all.map((file, at) => this.row(file, at)));
    this.box.querySelectorAll(":scope > button").forEach((one) => one.remove());
    if (this.stopping) {
      this.box.append(this.button("停下，先不提交", () => this.stop()));
      return;
    }
    const size = megabytes(sum(this.files));
    this.tell(this.fits ? "" : `这些合计 ${size}，比较大：按了下面的按钮会先传它们，看得到传了多少；网络慢的请多等一会儿。`);
  }

  row(file, at) {
    const there = at < this.there.length;
    const row = made("li");
    const out = this.button("不要", () => this.leaveOut(at), { "aria-label": `不要第 ${at + 1} 个` });
    const bar = made("progress", "", { max: "100", value: there ? "100" : "0", "aria-label": `第 ${at + 1} 个传了多少` });
    const said = made("p", `第 ${at + 1} 个：`);
    said.append(made("span", there ? "已传好" : "还没有传"), made("small", `${megabytes(file.size)} · ${file.name}`), bar);
    row.append(said, out);
    return row;
  }

  button(text, pressed, attributes = {}) {
    const button = made("button", text, { type: "button", class: "button button--line", ...attributes });
    button.addEventListener("click", pressed);
    return button;
  }

  make() {
    this.box = made("div", "", { class: "bringing" });
    this.list = made("ul");
    this.status = made("p", "", { role: "status" });
    this.box.append(this.status, this.list);
    (document.getElementById(`m-${this.input.name}`) || this.input).after(this.box);
  }
}

document.querySelectorAll("input[type=file][data-megabytes]").forEach((input) => new Uploads(input));
