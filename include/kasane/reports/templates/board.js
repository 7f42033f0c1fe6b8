"use strict";
(function () {
  var store = document.getElementById("board-data");
  var form = document.getElementById("board-choice");
  if (!store || !form) return;
  var data = JSON.parse(store.textContent);
  var month = document.getElementById("choose-month");
  var area = document.getElementById("choose-area");
  var found = {};
  document.querySelectorAll("[data-slot]").forEach(function (node) { found[node.getAttribute("data-slot")] = node; });

  // What a figure keeps of its month or place is what it was written with; the rest is the choice.
  function write(slots, cells, isMonth, isArea) {
    slots.forEach(function (slot, at) {
      var node = found["figure-" + slot], value = cells[0][at];
      if (!node) return;
      node.textContent = data.texts[cells[1][at]];
      node.setAttribute("data-value", value === null ? "" : value);
      if (isMonth) node.setAttribute("data-month", month.value);
      if (isArea) node.setAttribute("data-area", area.value);
    });
  }
  function mark(at) {
    var frame = data.frame, count = data.months.length;
    data.sparks.forEach(function (ys, index) {
      var point = found["spark-" + index].querySelector("circle"), y = ys[at];
      point.setAttribute("visibility", y === null ? "hidden" : "visible");
      point.setAttribute("cx", (frame.margin + (frame.width - 2 * frame.margin) * at / Math.max(count - 1, 1)).toFixed(1));
      if (y !== null) point.setAttribute("cy", y);
    });
  }
  function tell(at) {
    data.notes.forEach(function (texts, index) {
      var node = found["note-" + index], text = data.texts[texts[at]];
      node.hidden = !text;
      node.querySelector("span").textContent = text;
    });
  }
  function draw(place) {
    data.drawn[place].forEach(function (text, index) {
      var node = found["drawn-" + index];
      if (node.tagName === "path") node.setAttribute("d", data.texts[text]);
      else node.textContent = data.texts[text];
    });
  }
  function name() {
    var when = month.selectedOptions[0].textContent + "末", where = area.selectedOptions[0].textContent;
    var said = { month: when, area: where, both: when + "、" + where };
    document.querySelectorAll("[data-now]").forEach(function (node) { node.textContent = said[node.getAttribute("data-now")]; });
    document.querySelectorAll("tr[data-row]").forEach(function (row) {
      row.classList.toggle("chosen", area.value !== "ALL" && row.getAttribute("data-row") === area.value);
    });
  }
  function show() {
    var m = data.months.indexOf(month.value), a = data.areas.indexOf(area.value);
    write(data.slots.month, data.month[m], true, false);
    write(data.slots.area, data.area[a], false, true);
    write(data.slots.both, data.both[m][a], true, true);
    mark(m);
    tell(m);
    draw(a);
    name();
  }
  month.addEventListener("change", show);
  area.addEventListener("change", show);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.hidden = false;
})();
