/* 工作台：一次送不出来的大文件分几段取（web/complaint_parts.py），取齐了拼起来存成一个。打开已经记过一次，取几段都不再记。 */

import { asked, made } from "./common.js";

function part(where, number) {
  const query = new URLSearchParams({ part: String(number), opened: where.dataset.opened });
  const headers = { Accept: "application/json" };
  return asked(`${where.dataset.fetch}?${query}`, { headers }, (answer) => answer.arrayBuffer());
}

async function fetchAll(where) {
  const parts = Number(where.dataset.parts);
  const status = made("p", "", { role: "status" });
  const bar = made("progress", "", { max: String(parts), value: "0", "aria-label": "取了多少" });
  where.textContent = "";
  where.append(status, bar);
  const got = [];
  try {
    while (got.length < parts) {
      status.textContent = `正在取第 ${got.length + 1} 段，共 ${parts} 段`;
      got.push(await part(where, got.length));
      bar.value = got.length;
    }
    // 不写是什么文件：浏览器只会保存，不会在本站打开
    const whole = new Blob(got, { type: "application/octet-stream" });
    if (whole.size !== Number(where.dataset.size)) throw new Error("取到的不完整");
    const link = made("a", `保存到这台电脑（${where.dataset.name}）`, {
      class: "button button--primary", download: where.dataset.name, href: URL.createObjectURL(whole),
    });
    status.textContent = "取齐了，已经开始保存；没有看到的话，按下面的按钮。";
    bar.replaceWith(link);
    link.click();
  } catch (error) {
    status.textContent = `没有取完：${error.message}。`;
    const again = made("button", "再取一次", { type: "button", class: "button button--line" });
    again.addEventListener("click", () => fetchAll(where));
    bar.replaceWith(again);
  }
}

document.querySelectorAll("[data-fetch]").forEach(fetchAll);
