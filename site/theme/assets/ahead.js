/* 把一个文件先传到隔离区：先向本站要一张签过名的表单（web/uploads_ahead.py），再照着它传。只在按了提交以后才传。 */

import { asked, BROKEN } from "./common.js";

function invited(address, draft, file) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const body = JSON.stringify({ draft, bytes: file.size });
  return asked(address, { method: "POST", headers, body }, (answer) => answer.json());
}

function refusal(status) {
  if (status === 403) return "等得太久，要重新传";
  if (status === 400 || status === 413) return "太大了或者是空的，收不下";
  return "存放的地方暂时用不了";
}

/* 传一个文件，返回它的编号；told 每传一点就听到百分之几，signal 让它停下。办不成就抛出一句话 */
export async function bring(address, draft, file, told, signal) {
  const invitation = await invited(address, draft, file);
  const form = new FormData();
  Object.entries(invitation.fields).forEach(([name, value]) => form.append(name, value));
  form.append("file", file, "file"); // 原来的文件名不传
  await new Promise((done, failed) => {
    const request = new XMLHttpRequest(); // fetch 说不出传了多少
    const stop = () => request.abort();
    const over = (end) => () => {
      signal.removeEventListener("abort", stop);
      end();
    };
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) told(Math.floor((100 * event.loaded) / event.total));
    });
    request.addEventListener("load", over(() => (request.status < 300 ? done() : failed(new Error(refusal(request.status))))));
    request.addEventListener("error", over(() => failed(new Error(BROKEN))));
    request.addEventListener("abort", over(() => failed(new Error("停下了"))));
    signal.addEventListener("abort", stop);
    request.open("POST", invitation.address);
    request.send(form);
    if (signal.aborted) stop();
  });
  return invitation.id;
}
