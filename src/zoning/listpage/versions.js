// Shows the records of one kind, and those that hold the words that are looked for.
(function () {
  "use strict";
  const all = (query, root) => Array.from((root || document).querySelectorAll(query));
  const buttons = all(".tools button"), search = document.querySelector(".tools input");
  if (!search) { return; }
  let wanted = "";
  function show() {
    const words = search.value.trim().toLowerCase();
    all(".unit").forEach((unit) => {
      const named = unit.querySelector("h3").textContent.toLowerCase().includes(words);
      let left = 0;
      all(".record", unit).forEach((one) => {
        const fits = !wanted || one.dataset.kinds.split(" ").includes(wanted);
        one.hidden = !(fits && (named || one.textContent.toLowerCase().includes(words)));
        left += one.hidden ? 0 : 1;
      });
      unit.hidden = left === 0;
    });
  }
  buttons.forEach((button) => button.addEventListener("click", () => {
    wanted = button.dataset.kind;
    buttons.forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    show();
  }));
  search.addEventListener("input", show);
}());
