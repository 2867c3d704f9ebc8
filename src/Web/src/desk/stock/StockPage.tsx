import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "~/api/client";
import { PageTitle } from "~/look/parts";
import { useMenu } from "~/menu/menuQuery";
import { useSpeech } from "~/words/language";
import { matches } from "~/words/names";
import { useWords } from "~/words/useWords";
import { useAct } from "../books/acting";
import { whole } from "../books/numbers";
import type { StockRow } from "../books/types";
import { type Column, DeskTable } from "../table/DeskTable";
import { EditCell } from "../table/EditCell";
import { useFilters } from "../table/filters";
import { ListState, SearchFilter, Toolbar, WithDetails } from "../table/parts";
import { offerUndo, UndoBar } from "../table/undo";
import { booksWords } from "../words/books";
import { StockDetails } from "./StockDetails";

export type Level = "plenty" | "low" | "sold_out";

export function levelOf(row: StockRow): Level {
  return row.onHand <= 0 ? "sold_out" : row.onHand <= row.reorderLevel ? "low" : "plenty";
}

/** Every dish's account; receiving, writing off and counting stand beside it with the ledger. */
export function StockPage() {
  const words = useWords(booksWords);
  const { name } = useSpeech();
  const { menu } = useMenu();
  const [filters, setFilters] = useFilters();
  const { data, failureCount, isLoading } = useInfiniteQuery({
    queryKey: ["stock"],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/v1/stock", {
          params: { query: { limit: 200, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: 5000,
    retry: 1_000_000,
  });
  const dishes = new Map(menu?.items.map((item) => [item.id, name(item.name)]));
  const dishOf = (row: StockRow) => dishes.get(row.itemId) ?? row.itemId;
  const all = data?.pages.flatMap((page) => page.items) ?? [];
  const rows = all
    .filter(
      (row) =>
        (filters.low !== "yes" || levelOf(row) !== "plenty") && matches(filters.q ?? "", dishOf(row), row.itemId),
    )
    .sort((one, other) => dishOf(one).localeCompare(dishOf(other)));
  const open = all.find((row) => row.itemId === filters.open);
  const columns = useColumns(dishOf, (id) => setFilters({ open: id }));

  return (
    <>
      <PageTitle>{words.stock}</PageTitle>
      <WithDetails
        details={
          open && (
            <StockDetails key={open.itemId} row={open} dish={dishOf(open)} close={() => setFilters({ open: null })} />
          )
        }
      >
        <Toolbar>
          <SearchFilter label={words.search} value={filters.q ?? ""} search={(q) => setFilters({ q })} />
          <label className="inline-flex h-10 items-center gap-2 text-small">
            <input
              type="checkbox"
              className="size-5 accent-accent"
              checked={filters.low === "yes"}
              onChange={(event) => setFilters({ low: event.target.checked ? "yes" : null })}
            />
            {words.book.low}
          </label>
        </Toolbar>
        <ListState
          loading={isLoading && failureCount === 0}
          failed={failureCount > 0}
          empty={
            data && rows.length === 0
              ? all.length === 0
                ? words.book.empty
                : filters.low === "yes" && !filters.q
                  ? words.book.allWell
                  : words.none
              : null
          }
        />
        {rows.length > 0 && (
          <DeskTable
            caption={words.stock}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.itemId}
            current={open?.itemId}
            file="stock"
          />
        )}
      </WithDetails>
      <UndoBar />
    </>
  );
}

function useColumns(dishOf: (row: StockRow) => string, open: (id: string) => void): Column<StockRow>[] {
  const words = useWords(booksWords);
  const { formats } = useSpeech();
  const queries = useQueryClient();
  const after = () =>
    Promise.all([["stock"], ["audit"], ["menu"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
  const setLevel = (id: string, level: number) =>
    unwrap(client.PUT("/api/v1/stock/{id}/reorder-level", { params: { path: { id } }, body: { level } }));
  const edit = useAct(async ({ row, level }: { row: StockRow; level: number }) => {
    await setLevel(row.itemId, level);
    offerUndo(words.saved(dishOf(row)), () => setLevel(row.itemId, row.reorderLevel).finally(after));
  }, after);
  const tones: Record<Level, string> = {
    plenty: "text-muted",
    low: "bg-warn-soft text-warn",
    sold_out: "bg-bad-soft text-bad",
  };
  const count = (key: "onHand" | "held" | "sold" | "received" | "writtenOff"): Column<StockRow> => ({
    key,
    head: words.book[key],
    number: true,
    csv: (row) => row[key],
    cell: (row) => formats.number(row[key]),
  });

  return [
    {
      key: "dish",
      head: words.dish.one,
      csv: dishOf,
      cell: (row) => (
        <button
          type="button"
          className="min-h-9 text-left font-medium underline-offset-4 hover:underline"
          onClick={() => open(row.itemId)}
        >
          {dishOf(row)}
        </button>
      ),
    },
    {
      key: "level",
      head: words.book.level,
      csv: levelOf,
      cell: (row) => (
        <span className={`-ml-2 rounded-full px-2 font-medium ${tones[levelOf(row)]}`}>
          {words.book.levels[levelOf(row)]}
        </span>
      ),
    },
    count("onHand"),
    {
      key: "reorderLevel",
      head: words.book.reorderLevel,
      number: true,
      csv: (row) => row.reorderLevel,
      cell: (row) => (
        <EditCell
          number
          label={words.edit(words.book.reorderLevel, dishOf(row))}
          value={String(row.reorderLevel)}
          text={formats.number(row.reorderLevel)}
          parse={(text) => whole(text, 0, 1_000_000)}
          rule={words.book.quantityRule}
          save={(level) => edit.mutate({ row, level: Number(level) })}
        />
      ),
    },
    ...(["held", "sold", "received", "writtenOff"] as const).map((key) => ({ ...count(key), extra: true })),
  ];
}
