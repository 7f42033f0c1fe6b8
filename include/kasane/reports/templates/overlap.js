"use strict";
(function () {
  var store = document.getElementById("overlap-data");
  var form = document.getElementById("upset-choice");
  if (!store || !form) return;
  var data = JSON.parse(store.textContent);
  var plot = document.getElementById("upset");
  var month = document.getElementById("choose-month");
  var area = document.getElementById("choose-area");
  var status = document.getElementById("upset-status");
  var TOP = data.frame.barsTop, BOTTOM = data.frame.barsBottom;
  var TOTALS_RIGHT = data.frame.totalsRight, TOTALS_LONGEST = data.frame.totalsLongest;

  function slot(name) { return plot.querySelector('[data-slot="' + name + '"]'); }
  // A figure is a number, the mark of a hidden one, or null where the zone doesn't tell it.
  function known(value) { return typeof value === "number"; }
  function number(value) { return value === null ? data.blank : known(value) ? value.toLocaleString("ja-JP") : data.mark; }
  function percent(value) { return known(value) ? (value * 100).toFixed(1) + "%" : number(value); }
  function ratio(part, whole) {
    if (part === data.mark || whole === data.mark) return data.mark;
    return known(part) && whole ? part / whole : null;
  }
  function size(value) { return known(value) ? value : 0; }
  function step(largest) {
    if (largest <= 0) return 1;
    var power = Math.pow(10, Math.floor(Math.log10(largest / 4)));
    return [1, 2, 2.5, 5, 10].map(function (f) { return f * power; })
      .filter(function (s) { return s >= largest / 4 * 0.999; })[0];
  }
  function write(node, text, value) {
    node.textContent = text;
    node.setAttribute("data-value", known(value) ? value : "");
    node.setAttribute("data-month", month.value);
  }
  function place(node, text, value) {
    write(node, text, value);
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
  function columns(row) {
    var inNeed = row[0], count = data.sizes.length, cells = row.slice(1, 1 + count), totals = row.slice(1 + count);
    var largest = Math.max.apply(null, cells.map(size)), top = axis(largest), sums = { 1: 0, 2: 0, 3: 0, 4: 0 };
    plot.classList.toggle("many", largest >= data.frame.wideNumber);
    cells.forEach(function (value, index) {
      var hidden = value === data.mark, bar = slot("bar-" + index), hatch = slot("hatch-" + index);
      var height = hidden ? data.frame.hatch
        : Math.max((BOTTOM - TOP) * size(value) / top, size(value) ? data.frame.thinnestBar : 0);
      bar.setAttribute("y", BOTTOM - height); bar.setAttribute("height", hidden ? 0 : height);
      if (known(value)) bar.setAttribute("data-bar", value); else bar.removeAttribute("data-bar");
      if (hatch) hatch.setAttribute("visibility", hidden ? "visible" : "hidden");
      var of = ratio(value, inNeed), exact = slot("exact-" + index), share = slot("share-" + index);
      exact.setAttribute("y", BOTTOM - height - 23);
      share.setAttribute("y", BOTTOM - height - 8);
      place(exact, number(value), value);
      place(share, hidden ? data.word : percent(of), of);
      sums[data.sizes[index]] += size(value);
    });
    Object.keys(sums).forEach(function (each) {
      var node = slot("size" + each);
      if (node) place(node, number(sums[each]), sums[each]);
    });
    var longest = Math.max.apply(null, totals.map(size)) || 1;
    data.domains.forEach(function (domain, index) {
      var length = TOTALS_LONGEST * size(totals[index]) / longest, bar = slot("total-bar-" + domain);
      bar.setAttribute("x", TOTALS_RIGHT - length); bar.setAttribute("width", length);
      slot("total-" + domain).setAttribute("x", TOTALS_RIGHT - length - 5);
      place(slot("total-" + domain), number(totals[index]), totals[index]);
    });
  }
  function shade(value, inNeed) {
    if (value === data.mark) return "x";
    var of = ratio(value, inNeed);
    if (!known(of) || of === 0) return 0;
    return 1 + data.shades.filter(function (bound) { return of >= bound; }).length;
  }
  function tell(node, value) {
    var word = node.nextElementSibling, hidden = value === data.mark;
    var isShare = /_share$/.test(node.getAttribute("data-metric"));
    write(node, isShare ? percent(value) : number(value), value);
    if (word && word.className === "hidden" && !hidden) word.remove();
    if (hidden && !word) {
      word = document.createElement("span");
      word.className = "hidden";
      word.textContent = "(" + data.word + ")";
      node.after(word);
    }
  }
  // A row is its totals, its cells, and those in need that the shades go by.
  function heat(name, rows) {
    rows.forEach(function (row, index) {
      var figures = document.querySelectorAll('[data-row="' + name + "-" + index + '"] [data-metric]');
      row[0].concat(row[1]).forEach(function (value, at) {
        tell(figures[at], value);
        if (at >= row[0].length) figures[at].closest("td").className = "shade" + shade(value, row[2][0]);
      });
    });
  }
  function name(what, text) {
    document.querySelectorAll('[data-shown="' + what + '"]').forEach(function (node) { node.textContent = text; });
  }
  function show() {
    var m = data.months.indexOf(month.value), row = data.cells[m + "," + data.areas.indexOf(area.value)];
    if (!row) { status.textContent = "この月・圏域のデータはありません。前の図のままです。"; return; }
    status.textContent = "";
    name("month", month.selectedOptions[0].textContent);
    name("place", area.selectedOptions[0].textContent);
    columns(row);
    heat("area", data.areaRows[m]);
    heat("type", data.typeRows[m]);
    document.querySelectorAll("[data-newest]").forEach(function (node) { node.hidden = m !== data.months.length - 1; });
  }
  month.addEventListener("change", show);
  area.addEventListener("change", show);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.hidden = false;
})();
