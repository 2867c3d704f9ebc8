import { useInfiniteQuery } from "@tanstack/react-query";
import { client, unwrap } from "~/api/client";
import { PageTitle } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { startOf } from "../books/days";
import type { AuditEntry } from "../books/types";
import { type Column, DeskTable } from "../table/DeskTable";
import { type Filters, useFilters } from "../table/filters";
import { Choice, DayFilters, ListState, SearchFilter, smallButton, Toolbar } from "../table/parts";
import { booksWords } from "../words/books";
import { ReportTabs } from "./ReportTabs";

function queryOf(filters: Filters) {
  const from = startOf(filters.from);
  const to = startOf(filters.to, 1);
  return {
    limit: 50,
    ...(filters.about && { about: filters.about }),
    ...(filters.by && { by: filters.by.trim().toLowerCase() }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

/** Everything that anyone who works here has changed. */
export function ChangesPage() {
  const words = useWords(booksWords);
  const [filters, setFilters] = useFilters();
  const query = queryOf(filters);
  const { data, failureCount, isLoading, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["audit", "all", query],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/v1/audit", {
          params: { query: { ...query, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: (before) => before,
    refetchInterval: 15_000,
    retry: 1_000_000,
  });
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const columns = useColumns();
  const kinds = {
    "": words.all,
    menu: words.menu,
    stock: words.stock,
    orders: words.orders,
    staff: words.people,
    stations: words.stations,
  };
  return (
    <>
      <PageTitle>{words.reports}</PageTitle>
      <ReportTabs />
      <Toolbar>
        <Choice
          label={words.about}
          value={filters.about ?? ""}
          choices={kinds}
          onChange={(event) => setFilters({ about: event.target.value })}
        />
        <SearchFilter label={words.person.login} value={filters.by ?? ""} search={(by) => setFilters({ by })} />
        <DayFilters from={filters.from} to={filters.to} change={setFilters} />
      </Toolbar>
      <ListState
        loading={isLoading && failureCount === 0}
        failed={failureCount > 0}
        empty={data && rows.length === 0 ? (Object.keys(filters).length === 0 ? words.noChanges : words.none) : null}
      />
      {rows.length > 0 && (
        <DeskTable caption={words.changes} columns={columns} rows={rows} rowKey={(entry) => entry.id} file="changes" />
      )}
      {hasNextPage && (
        <button
          type="button"
          className={`${smallButton} mt-2`}
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {words.more}
        </button>
      )}
    </>
  );
}

function useColumns(): Column<AuditEntry>[] {
  const words = useWords(booksWords);
  const { formats } = useSpeech();
  const changes = (entry: AuditEntry) =>
    entry.changes
      .map(
        ({ field, before, after }) =>
          `${words.fields[field] ?? field}: ${[before, after].filter((value) => value !== null).join(" → ")}`,
      )
      .join("; ");
  return [
    {
      key: "when",
      head: words.when,
      csv: (entry) => entry.at,
      cell: (entry) => (
        <time
          dateTime={entry.at}
          className="whitespace-nowrap"
        >{`${formats.day(entry.at)} ${formats.exactTime(entry.at)}`}</time>
      ),
    },
    {
      key: "who",
      head: words.who,
      csv: (entry) => `${entry.byName} (${entry.by})`,
      cell: (entry) => (
        <>
          {entry.byName} <span className="text-muted">{entry.by}</span>
        </>
      ),
    },
    {
      key: "action",
      head: words.book.what,
      csv: (entry) => words.actions[entry.action],
      cell: (entry) => words.actions[entry.action],
    },
    {
      key: "changes",
      head: words.changes,
      csv: changes,
      cell: (entry) => (
        <span className="block max-w-[30rem] truncate" title={changes(entry)}>
          {changes(entry)}
        </span>
      ),
    },
    {
      key: "what",
      head: words.about,
      csv: (entry) => entry.about,
      cell: (entry) => (
        <span className="block max-w-56 truncate font-mono text-tiny" title={entry.about}>
          {entry.about}
        </span>
      ),
    },
  ];
}
