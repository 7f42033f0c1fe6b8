"use strict";
(function () {
  var store = document.getElementById("kpi-data");
  var form = document.getElementById("kpi-choice");
  if (!store || !form) return;
  var data = JSON.parse(store.textContent);
  var month = document.getElementById("choose-month");
  var area = document.getElementById("choose-area");
  var now = document.getElementById("kpi-now");

  function slot(name) { return document.querySelector('[data-slot="' + name + '"]'); }
  function write(name, text, value) {
    var node = slot(name);
    if (!node) return;
    node.textContent = text;
    node.setAttribute("data-value", value === null ? "" : value);
    node.setAttribute("data-month", month.value);
    node.setAttribute("data-area", area.value);
  }
  function sentence(name, text) {
    var node = slot(name);
    node.hidden = !text;
    node.querySelector("span").textContent = text;
  }
  function across(index) {
    var count = data.months.length;
    return data.frame.margin + (data.frame.width - 2 * data.frame.margin) * index / Math.max(count - 1, 1);
  }
  function line(ys) {
    var text = "", open = 0;
    ys.forEach(function (y, index) {
      if (y === null) { open = 0; return; }
      text += (open ? "L" : "M") + across(index).toFixed(1) + " " + y;
      open += 1;
      var next = ys[index + 1];
      if (open === 1 && (next === undefined || next === null)) text += "h0";
    });
    return text;
  }
  function draw(index, at, trend) {
    var picture = slot("spark-" + index), point = picture.querySelector("circle"), y = trend[0][at];
    picture.setAttribute("aria-label", data.texts[trend[5]]);
    picture.querySelector("path").setAttribute("d", line(trend[0]));
    point.setAttribute("cx", across(at).toFixed(1));
    point.setAttribute("visibility", y === null ? "hidden" : "visible");
    if (y !== null) point.setAttribute("cy", y);
    slot("range-" + index).hidden = trend[1] === null;
    slot("no-range-" + index).hidden = trend[1] !== null;
    [["trend_low-", 1, 3], ["trend_high-", 2, 4]].forEach(function (end) {
      var node = slot(end[0] + index), value = trend[end[1]];
      node.textContent = data.texts[trend[end[2]]];
      node.setAttribute("data-value", value === null ? "" : value);
      node.setAttribute("data-area", area.value);
    });
  }
  // A detail is its measure, label, value and shown text.
  function details(index, told) {
    var line = slot("details-" + index), list = line.querySelector("span");
    line.hidden = !told.length;
    list.textContent = "";
    told.forEach(function (each, place) {
      var figure = document.createElement("span");
      figure.className = "fig";
      figure.textContent = data.texts[each[3]];
      [["metric", "detail"], ["value", each[2] === null ? "" : each[2]], ["month", month.value], ["area", area.value],
        ["kpi", data.kpis[index]], ["measure", each[0]]].forEach(function (pair) { figure.setAttribute("data-" + pair[0], pair[1]); });
      list.append((place ? "、" : "") + data.texts[each[1]] + " ", figure);
    });
  }
  function stand(index, state) {
    var cell = slot("state-" + index);
    cell.className = "state is-" + state;
    cell.querySelector(".mark").textContent = data.states[state][0];
    cell.querySelector(".word").textContent = data.states[state][1];
    slot("early-" + index).hidden = state !== "early";
  }
  function show() {
    var m = data.months.indexOf(month.value), a = data.areas.indexOf(area.value), counts = {};
    data.cells[m + "," + a].forEach(function (cell, index) {
      data.names.forEach(function (name, place) { write(name + "-" + index, data.texts[cell[1][place]], cell[0][place]); });
      var interval = slot("interval-" + index), version = slot("version-" + index);
      if (interval) interval.hidden = cell[0][data.names.indexOf("value_low")] === null;
      if (version) version.textContent = data.texts[cell[3]];
      stand(index, cell[2]);
      sentence("reason-" + index, data.texts[cell[4]]);
      sentence("next-" + index, data.texts[cell[5]]);
      details(index, cell[6]);
      draw(index, m, data.trends[a][index]);
      counts[cell[2]] = (counts[cell[2]] || 0) + 1;
    });
    Object.keys(data.states).forEach(function (state) {
      var count = counts[state] || 0;
      write("count-" + state, String(count), count);
      document.querySelector('[data-count="' + state + '"]').hidden = count === 0 && data.rare.indexOf(state) >= 0;
    });
    now.textContent = month.selectedOptions[0].textContent + "末、" + area.selectedOptions[0].textContent;
  }
  month.addEventListener("change", show);
  area.addEventListener("change", show);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.hidden = false;
})();
