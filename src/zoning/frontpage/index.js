// Shows one language at a time, and only the rows of units that contain what is typed.
(function () {
  "use strict";
  const page = document.documentElement;
  const button = document.getElementById("switch");
  const codes = { zh: "zh-CN", en: "en" };
  let shown = page.lang === "en" ? "en" : "zh";

  function show(lang) {
    shown = lang;
    page.lang = codes[lang];
    document.title = button.getAttribute("data-title-" + lang);
    document.querySelectorAll("[data-in]").forEach((part) => { part.hidden = part.getAttribute("data-in") !== lang; });
    document.querySelectorAll("[data-zh]").forEach((part) => {
      const text = part.getAttribute("data-" + lang);
      if (part.tagName === "INPUT") {
        part.placeholder = text;
        part.setAttribute("aria-label", text);
      } else {
        part.textContent = text;
      }
    });
    button.lang = codes[lang === "zh" ? "en" : "zh"];
  }

  button.hidden = false;
  button.nextElementSibling.hidden = true;
  button.addEventListener("click", () => { show(shown === "zh" ? "en" : "zh"); });
  show(location.hash === "#en" ? "en" : location.hash === "#zh" ? "zh" : shown);

  const box = document.getElementById("filter");
  const rows = Array.from(document.querySelectorAll("#units tbody tr"));
  const texts = rows.map((row) => row.textContent.toLowerCase());
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLowerCase();
    rows.forEach((row, place) => { row.hidden = !texts[place].includes(wanted); });
  });
})();
