// Shows only the rows that contain what is typed.
(function () {
  "use strict";
  const box = document.getElementById("filter");
  const rows = Array.from(document.querySelectorAll("#units tbody tr"));
  const texts = rows.map((row) => row.textContent.toLowerCase());
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLowerCase();
    rows.forEach((row, place) => { row.hidden = !texts[place].includes(wanted); });
  });
})();
