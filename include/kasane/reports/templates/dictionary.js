"use strict";
(function () {
  var form = document.getElementById("find-form");
  var input = document.getElementById("find");
  var found = document.getElementById("found");
  var rows = Array.prototype.slice.call(document.querySelectorAll("[data-row]"));
  var parts = Array.prototype.slice.call(document.querySelectorAll("[data-part]"));

  function plain(text) { return text.normalize("NFKC").toLowerCase(); }
  var texts = rows.map(function (row) { return plain(row.textContent); });
  var heads = parts.map(function (part) {
    var head = part.querySelector("h3");
    return part.classList.contains("relation") && head ? plain(head.textContent) : "";
  });

  function holds(text, words) { return words.every(function (word) { return text.indexOf(word) >= 0; }); }
  function show() {
    var words = plain(input.value).split(/\s+/).filter(Boolean);
    var whole = parts.filter(function (part, at) { return words.length && heads[at] && holds(heads[at], words); });
    var count = 0;
    rows.forEach(function (row, at) {
      var is_shown = holds(texts[at], words) || whole.some(function (part) { return part.contains(row); });
      row.hidden = !is_shown;
      count += is_shown ? 1 : 0;
    });
    parts.slice().reverse().forEach(function (part) {
      part.hidden = words.length > 0 && !part.querySelector("[data-row]:not([hidden])");
    });
    found.textContent = words.length ? (count ? count + "行が見つかりました" : "見つかりません。別の言葉でお試しください") : "";
  }

  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  input.addEventListener("input", show);
})();
