"use strict";
(function () {
  var store = document.getElementById("overlap-data");
  var form = document.getElementById("upset-choice");
  if (!store || !form) return;
  var data = JSON.parse(store.textContent);
  var plot = document.getElementById("upset");
  var month = document.getElementById("choose-month");
  var area = document.getElementById("choose-area");
  var caption = document.getElementById("upset-caption");
  var status = document.getElementById("upset-status");
  var TOP = data.frame.barsTop, BOTTOM = data.frame.barsBottom;
  var TOTALS_RIGHT = data.frame.totalsRight, TOTALS_LONGEST = data.frame.totalsLongest;

  function slot(name) { return plot.querySelector('[data-slot="' + name + '"]'); }
  function number(value) { return value.toLocaleString("ja-JP"); }
  function step(largest) {
    if (largest <= 0) return 1;
    var power = Math.pow(10, Math.floor(Math.log10(largest / 4)));
    return [1, 2, 2.5, 5, 10].map(function (f) { return f * power; })
      .filter(function (s) { return s >= largest / 4 * 0.999; })[0];
  }
  function write(node, text, value) {
    node.textContent = text;
    node.setAttribute("data-value", value === null ? "" : value);
    node.setAttribute("data-month", month.value);
    node.setAttribute("data-area", area.value);
  }
  function axis(largest) {
    var size = step(largest), top = size * Math.max(1, Math.ceil(largest / size - 1e-9));
    var old = plot.querySelectorAll("[data-axis]");
    var pattern = { line: old[0], text: old[1] };
    var parent = pattern.line.parentNode, before = plot.querySelector('[data-slot="axis-end"]');
    var line = pattern.line.cloneNode(false), text = pattern.text.cloneNode(false);
    old.forEach(function (node) { node.remove(); });
    for (var tick = 0; tick <= top + 1e-9; tick += size) {
      var y = BOTTOM - (BOTTOM - TOP) * tick / top;
      var l = line.cloneNode(false), t = text.cloneNode(false);
      l.setAttribute("y1", y); l.setAttribute("y2", y); t.setAttribute("y", y + 4);
      t.textContent = Number.isInteger(tick) ? number(tick) : "";
      parent.insertBefore(l, before); parent.insertBefore(t, before);
    }
    return top;
  }
  function show() {
    var key = data.months.indexOf(month.value) + "," + data.areas.indexOf(area.value);
    var row = data.cells[key];
    if (!row) { status.textContent = "この月・圏域のデータはありません。前の図のままです。"; return; }
    status.textContent = "";
    caption.textContent = month.selectedOptions[0].textContent + "末、" + area.selectedOptions[0].textContent;
    var inNeed = row[0], exact = row.slice(1, 16), totals = row.slice(16);
    var top = axis(Math.max.apply(null, exact));
    plot.classList.toggle("many", Math.max.apply(null, exact) >= data.frame.wideNumber);
    var sums = { 1: 0, 2: 0, 3: 0, 4: 0 };
    exact.forEach(function (value, index) {
      var height = Math.max((BOTTOM - TOP) * value / top, value ? data.frame.thinnestBar : 0), bar = slot("bar-" + index);
      bar.setAttribute("y", BOTTOM - height); bar.setAttribute("height", height);
      bar.setAttribute("data-bar", value);
      slot("exact-" + index).setAttribute("y", BOTTOM - height - 23);
      slot("share-" + index).setAttribute("y", BOTTOM - height - 8);
      write(slot("exact-" + index), number(value), value);
      write(slot("share-" + index), inNeed ? (value / inNeed * 100).toFixed(1) + "%" : "—", inNeed ? value / inNeed : null);
      sums[data.sizes[index]] += value;
    });
    Object.keys(sums).forEach(function (size) { write(slot("size" + size), number(sums[size]), sums[size]); });
    var longest = Math.max.apply(null, totals) || 1;
    data.domains.forEach(function (domain, index) {
      var length = TOTALS_LONGEST * totals[index] / longest, bar = slot("total-bar-" + domain);
      bar.setAttribute("x", TOTALS_RIGHT - length); bar.setAttribute("width", length);
      slot("total-" + domain).setAttribute("x", TOTALS_RIGHT - length - 5);
      write(slot("total-" + domain), number(totals[index]), totals[index]);
    });
  }
  month.addEventListener("change", show);
  area.addEventListener("change", show);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.hidden = false;
})();
