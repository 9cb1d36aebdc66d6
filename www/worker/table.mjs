/** The day as a table for people. */

const COLUMNS = ["system", "who", "did what", "expected", "got"];

/** Prints all results, one line each, and what they come to. */
export function printTable(results, print = console.log) {
  const rows = results.map(({ system, who, did, expected, got, agrees }) => [
    system,
    who,
    did,
    expected,
    agrees ? got : `${got}  ✗`,
  ]);
  const widths = COLUMNS.map((title, at) =>
    Math.max(...[title, ...rows.map((row) => row[at])].map((text) => text.length)),
  );
  const line = (cells) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at]))
      .join("  ")
      .trimEnd();
  print(line(COLUMNS));
  print(widths.map((width) => "─".repeat(width)).join("  "));
  for (const row of rows) print(line(row));
  const failed = results.filter(({ agrees }) => !agrees).length;
  print(`\n${results.length - failed} passed, ${failed} failed`);
  return failed;
}
