"use strict";
(() => {
  const articles = [...document.querySelectorAll("article")];
  const progress = document.getElementById("progress");
  const warning = document.getElementById("warning");
  const save = document.getElementById("save");
  let unsaved = false;

  const chosen = (article) => article.querySelector("input[type=radio]:checked")?.value ?? "";
  const reason = (article) => article.querySelector("input[type=text]").value.trim();
  const quoted = (text) => '"' + text.replaceAll('"', '""') + '"';
  const needsReason = (article) => chosen(article) && chosen(article) !== "保留" && !reason(article);

  function show() {
    const done = articles.filter((article) => chosen(article));
    articles.forEach((article) => article.classList.toggle("done", chosen(article) !== ""));
    progress.textContent = `判定 ${done.length} / ${articles.length} 件`;
  }

  function write() {
    const lacking = articles.filter(needsReason);
    if (lacking.length) {
      warning.textContent = `理由のない判定が ${lacking.length} 件あります`;
      lacking[0].querySelector("input[type=text]").focus();
      return;
    }
    warning.textContent = "";
    const rows = articles.filter((article) => chosen(article)).map((article) => [
      article.dataset.pair, article.dataset.left, article.dataset.right, chosen(article), reason(article),
    ]);
    const lines = [save.dataset.headings.split("|"), ...rows].map((row) => row.map(quoted).join(","));
    const blob = new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "kasane_review_decisions.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    unsaved = false;
  }

  function go(step) {
    const here = articles.indexOf(document.activeElement.closest("article"));
    const next = articles[Math.min(Math.max(here + step, 0), articles.length - 1)];
    if (next) { next.focus(); next.scrollIntoView({ block: "start" }); }
  }

  document.addEventListener("change", () => { unsaved = true; show(); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.matches("input[type=text]")) {
      if (event.key === "Enter") go(1);
      else if (event.key === "Escape") event.target.closest("article").focus();
      return;
    }
    const key = event.key.toLowerCase();
    const article = document.activeElement.closest("article");
    if (key === "j") go(1);
    else if (key === "k") go(-1);
    else if ("123".includes(key) && article) {
      const radio = article.querySelectorAll("input[type=radio]")[Number(key) - 1];
      radio.checked = true;
      article.querySelector("input[type=text]").focus();
      unsaved = true;
      show();
      event.preventDefault();
    }
  });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  save.addEventListener("click", write);
  show();
})();
