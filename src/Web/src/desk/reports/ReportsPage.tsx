import { useQuery } from "@tanstack/react-query";
import { authorizedFetch, client, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import { Banner, PageTitle } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { useAct } from "../books/acting";
import type { Sales, SalesRow } from "../books/types";
import { download } from "../table/csv";
import { type Column, DeskTable } from "../table/DeskTable";
import { type Filters, useFilters } from "../table/filters";
import { Choice, Filter, ListState, Toolbar } from "../table/parts";
import { booksWords } from "../words/books";
import { ReportTabs } from "./ReportTabs";

type By = Sales["by"];

function queryOf(filters: Filters) {
  const by: By = filters.by === "item" || filters.by === "hour" ? filters.by : "day";
  return { by, ...(filters.from && { from: filters.from }), ...(filters.to && { to: filters.to }) };
}

/** The spreadsheet is the server's: whole, and in the cafeteria's own days. */
async function fetchTable(query: Record<string, string>): Promise<void> {
  const response = await authorizedFetch(
    new Request(`${location.origin}/api/v1/reports/sales.csv?${new URLSearchParams(query)}`),
  );
  if (!response.ok) throw Problem.from(response, await response.json().catch(() => null));
  const name = /filename="?([^";]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "sales.csv";
  download(name, await response.blob());
}

export function ReportsPage() {
  const words = useWords(booksWords);
  const { formats } = useSpeech();
  const [filters, setFilters] = useFilters();
  const query = queryOf(filters);
  const { data, error, isLoading } = useQuery({
    queryKey: ["sales", query],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/reports/sales", { params: { query }, signal })),
    placeholderData: (before) => before,
    refetchInterval: 30_000,
    retry: false,
  });
  const table = useAct(
    () => fetchTable(query),
    () => null,
  );
  const wrong = error instanceof Problem && error.status === 400;
  const shown = data && data.by === query.by && !wrong ? data : null;
  const columns = useColumns(query.by, Math.max(1, ...(shown?.rows.map((row) => row.revenue.amount) ?? [])));

  return (
    <>
      <PageTitle>{words.reports}</PageTitle>
      <ReportTabs />
      <Toolbar>
        <Filter
          label={words.sales.from}
          type="date"
          value={filters.from ?? data?.from ?? ""}
          onChange={(event) => setFilters({ from: event.target.value })}
        />
        <Filter
          label={words.sales.to}
          type="date"
          value={filters.to ?? data?.to ?? ""}
          onChange={(event) => setFilters({ to: event.target.value })}
        />
        <Choice
          label={words.sales.by}
          value={query.by}
          choices={words.sales.bys}
          onChange={(event) => setFilters({ by: event.target.value })}
        />
        {shown && (
          <p className="ml-auto text-right">
            <span className="block text-muted text-tiny">{words.sales.total}</span>
            <span className="font-semibold text-large" data-total="">
              {formats.money(shown.total)}
            </span>
          </p>
        )}
      </Toolbar>
      {wrong ? (
        <Banner tone="warn" alert>
          {words.sales.invalid}
        </Banner>
      ) : (
        <ListState
          loading={isLoading}
          failed={error !== null}
          empty={shown?.rows.length === 0 ? words.sales.empty : null}
        />
      )}
      {shown && shown.rows.length > 0 && (
        <DeskTable
          caption={words.sales.title}
          columns={columns}
          rows={shown.rows}
          rowKey={(row) => row.key}
          sheet={() => table.mutate()}
        />
      )}
    </>
  );
}

function useColumns(by: By, most: number): Column<SalesRow>[] {
  const words = useWords(booksWords);
  const { formats, name } = useSpeech();
  const key = (row: SalesRow) =>
    by === "item"
      ? name(row.name ?? row.key)
      : by === "day"
        ? formats.day(`${row.key}T12:00:00`)
        : `${formats.number(Number(row.key))}:${formats.number(0)}${formats.number(0)}`;
  const columns: (Column<SalesRow> | null)[] = [
    { key: "key", head: words.sales.keys[by], cell: (row) => <span className="font-medium">{key(row)}</span> },
    { key: "orders", head: words.sales.orders, number: true, cell: (row) => formats.number(row.orders) },
    by === "item"
      ? { key: "portions", head: words.sales.portions, number: true, cell: (row) => formats.number(row.portions ?? 0) }
      : null,
    { key: "revenue", head: words.sales.revenue, number: true, cell: (row) => formats.money(row.revenue) },
    {
      key: "share",
      head: words.sales.share,
      cell: (row) => (
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" className="h-2 w-40" aria-hidden="true">
          <rect width={(row.revenue.amount / most) * 100} height="8" className="fill-accent" />
        </svg>
      ),
    },
  ];
  return columns.filter((column) => column !== null);
}
