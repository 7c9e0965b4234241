/* 大字、深色、打印、收起菜单、从回执的二维码填查询码。没有它，页面照样能用。 */
(function () {
  "use strict";
  var assets = document.currentScript.src.replace(/[^/]*$/, "");
  var root = document.documentElement;
  var values = { print: "large", theme: "dark" };
  var keys = { print: "zmPrint", theme: "zmTheme" };

  function isOn(name) {
    if (root.dataset[name]) return root.dataset[name] === values[name];
    return name === "theme" && window.matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function show(button, name) {
    button.setAttribute("aria-pressed", String(isOn(name)));
  }

  document.querySelectorAll("[data-toggle]").forEach(function (button) {
    var name = button.dataset.toggle;
    show(button, name);
    button.addEventListener("click", function () {
      var value = isOn(name) ? (name === "theme" ? "light" : "normal") : values[name];
      root.dataset[name] = value;
      try {
        localStorage.setItem(keys[name], value);
      } catch (error) {
        /* 不能记住也不要紧 */
      }
      show(button, name);
    });
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    if (button === root) return;
    button.addEventListener("click", function () {
      document.body.dataset.printing = button.dataset.print;
      window.print();
    });
  });
  window.addEventListener("afterprint", function () {
    delete document.body.dataset.printing;
  });

  /* 检索：框得到焦点才取；查询页带着问题打开时就取 */
  var loading = null;
  function load() {
    if (loading) return loading;
    var manifest = fetch(assets + "../search/manifest.json"); // 与脚本一起在路上，省一个来回
    manifest.catch(function () {});
    loading = Promise.all([import(assets + "search.js"), import(assets + "search-box.js")]).then(function (parts) {
      return { box: parts[1], finder: new parts[1].Finder(parts[0], assets + "../", manifest) };
    });
    return loading;
  }

  document.querySelectorAll("form[role=search] input[name=q]").forEach(function (input) {
    var area = input.form.hasAttribute("data-page") && document.getElementById("search-results");
    var awake = false;
    function wake() {
      if (awake) return;
      awake = true;
      load().then(
        function (ready) {
          if (area) ready.box.searchPage(input, ready.finder, area);
          else ready.box.suggest(input, ready.finder);
        },
        function () {
          awake = false;
          loading = null;
          if (area) area.dataset.state = "error";
        }
      );
    }
    input.addEventListener("focus", wake);
    if (document.activeElement === input || (area && /[?&]q=[^&]/.test(location.search))) wake();
  });

  if (document.body.classList.contains("kind-place")) {
    try {
      localStorage.zmPlace = location.pathname.split("/").filter(Boolean).pop();
    } catch (error) {
      /* 不能记住也不要紧 */
    }
  }

  var field = document.getElementById("f-code");
  if (field && /^#[0-9A-Za-z-]{20,40}$/.test(location.hash)) {
    field.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
  }

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.switcher[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
})();
