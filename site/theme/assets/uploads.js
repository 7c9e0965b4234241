/* 选照片的格子：大照片先在手机上缩小再传，省流量，云上的入口也收得下；还是太大的当场说，填好的不丢。
   没有它，原样的照片照常可以传，由服务器缩小（complaints/uploads.py 用同样的大小）。 */

const LONGEST_SIDE = 2400;
const QUALITY = 0.85;
const SMALL = 600000; // 字节；不到这么大的原样传

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

/* 在格子下面说一句话；空的就收起来 */
function say(input, text) {
  const id = `m-${input.name}`;
  let told = document.getElementById(id);
  if (!told) {
    told = document.createElement("small");
    told.id = id;
    told.className = "field__error";
    told.setAttribute("role", "alert");
    input.after(told);
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby")} ${id}`);
  }
  told.textContent = text;
  told.hidden = !text;
  input.toggleAttribute("aria-invalid", Boolean(text));
}

function tooMuch(input) {
  const most = Number(input.dataset.megabytes);
  const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
  if (size < most * 1000000) return "";
  return `选的照片和文件合计 ${(size / 1000000).toFixed(1)} MB，一次最多 ${most} MB：请少选几个，提交以后还可以到“查进度”里再补。`;
}

document.querySelectorAll("input[type=file][data-megabytes]").forEach((input) => {
  let working = Promise.resolve();
  let busy = false;
  input.addEventListener("change", () => {
    const chosen = [...input.files];
    busy = true;
    working = Promise.all(chosen.map(shrunk)).then((files) => {
      const box = new DataTransfer();
      files.forEach((file) => box.items.add(file));
      input.files = box.files;
      say(input, tooMuch(input));
      busy = false;
    });
  });
  input.form.addEventListener("submit", (event) => {
    const wrong = busy ? "" : tooMuch(input);
    if (!busy && !wrong) return;
    event.preventDefault();
    if (wrong) input.focus();
    else working.then(() => input.form.requestSubmit(event.submitter));
  });
});
