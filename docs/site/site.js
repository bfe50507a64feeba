// What a keyboard and a screen reader need beside what Sphinx and Furo write.

for (const [part, name] of [[".sidebar-drawer", "All pages"], [".toc-drawer", "On this page"]]) {
  document.querySelector(part)?.setAttribute("aria-label", name);
}
for (const caption of document.querySelectorAll(".caption[role=heading]")) {
  caption.setAttribute("aria-level", "2");
}
for (const table of document.querySelectorAll("table")) {
  if (table.tHead?.textContent.trim()) continue;
  table.deleteTHead(); // of pictures side by side, which Markdown can only lay out as a table
  table.setAttribute("role", "presentation");
}

function reach() {
  for (const part of document.querySelectorAll("pre, .table-wrapper")) {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  }
}

reach();
addEventListener("resize", reach);
