// All runs as a table that sorts, filters and exports; Tabulator does the work.
"use strict";

async function showRuns() {
  const { columns, rows } = await unpacked("rows");
  const table = new Tabulator("#runs", {
    data: rows.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place]]))),
    height: "32rem",
    columns: columns.map((name) => ({ title: name, field: name, headerFilter: "input" })),
  });
  document.getElementById("export").addEventListener("click", () => table.download("csv", "runs.csv"));
}

showRuns();
