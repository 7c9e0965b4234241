/* 几个脚本都要用的：造一个元素；问本站要一样东西，不成就抛出一句话。 */

export const BROKEN = "网络断了";

export function made(tag, text = "", attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}

/* 本站的回答；read 把它读出来，中途断了也算断了 */
export async function asked(address, options, read) {
  let answer;
  try {
    answer = await fetch(address, options);
    if (answer.ok) return await read(answer);
  } catch (error) {
    throw new Error(BROKEN);
  }
  const told = await answer.json().catch(() => ({}));
  const wrong = (told.errors || []).map((one) => one.detail).join("；") || told.detail || "本站暂时用不了";
  throw new Error(wrong.replace(/。$/, ""));
}
