import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { booksWords } from "../words/books";
import { download, toCsv } from "./csv";

export interface Column<Row> {
  readonly key: string;
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  /** What stands in the spreadsheet; without it the column is left out there. */
  readonly csv?: (row: Row) => string | number | null;
  readonly number?: boolean;
  /** Left out while details are open beside the table. */
  readonly extra?: boolean;
}

const inCell = "a, button, input, select";

/** A dense table with its head always in sight. Arrow keys go from row to row, staying in the column. */
export function DeskTable<Row>({
  caption,
  columns: all,
  rows,
  rowKey,
  current,
  file,
  sheet,
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** The row whose details are open. */
  current?: string | undefined;
  file?: string;
  /** Fetches a spreadsheet instead of making one of what is shown. */
  sheet?: () => void;
}) {
  const words = useWords(booksWords);
  const { formats } = useSpeech();
  const table = useRef<HTMLTableElement>(null);
  const columns = current === undefined ? all : all.filter((column) => !column.extra);
  const forSheet = all.filter((column) => column.csv);
  const make = () =>
    download(
      `${file}.csv`,
      toCsv([forSheet.map((column) => column.head), ...rows.map((row) => forSheet.map((column) => column.csv?.(row)))]),
    );
  return (
    <div className="space-y-2">
      {/* Wide tables scroll by themselves; a region that scrolls can be reached by keyboard. */}
      <section
        aria-label={caption}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to take the focus
        tabIndex={0}
        className="card max-h-[calc(100dvh-15rem)] overflow-auto"
      >
        <table ref={table} onKeyDown={(event) => step(event, table.current)} className="w-full text-small">
          <caption className="sr-only">{caption}</caption>
          <thead className="sticky top-0 z-10 bg-raised">
            <tr>
              {columns.map((column) => (
                <th
                  key={column.key}
                  scope="col"
                  className={`h-10 whitespace-nowrap px-3 font-medium text-muted ${column.number ? "text-right" : "text-left"}`}
                >
                  {column.head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr
                key={rowKey(row)}
                data-row={rowKey(row)}
                className={`border-line border-t ${rowKey(row) === current ? "bg-accent-soft" : "hover:bg-raised"}`}
              >
                {columns.map((column, index) =>
                  index === 0 ? (
                    <th key={column.key} scope="row" className="h-10 min-w-32 px-3 text-left font-normal">
                      {column.cell(row)}
                    </th>
                  ) : (
                    <td
                      key={column.key}
                      data-column={column.key}
                      className={`h-10 whitespace-nowrap px-3 ${column.number ? "text-right tabular-nums" : ""}`}
                    >
                      {column.cell(row)}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className="flex items-center justify-between text-muted text-tiny">
        <span>{words.rows(rows.length, formats.number(rows.length))}</span>
        {(sheet || file) && rows.length > 0 && (
          <button
            type="button"
            className="min-h-10 min-w-12 rounded-control px-3 underline hover:bg-raised"
            onClick={sheet ?? make}
          >
            {words.csv}
          </button>
        )}
      </div>
    </div>
  );
}

function step(event: KeyboardEvent, table: HTMLTableElement | null): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const from = event.target as HTMLElement;
  const cell = from.closest<HTMLElement>("td, th");
  const row = from.closest("tr");
  // In a list of choices the arrows choose.
  if (!table || !cell || !row || from instanceof HTMLSelectElement || from instanceof HTMLInputElement) return;
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  const next = rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
  const target = next?.cells[[...row.cells].indexOf(cell as HTMLTableCellElement)]?.querySelector<HTMLElement>(inCell);
  if (!target) return;
  event.preventDefault();
  target.focus();
}
