import { useInfiniteQuery } from "@tanstack/react-query";
import { client, unwrap } from "~/api/client";
import type { OrderSummary } from "~/api/types";
import { PageTitle } from "~/look/parts";
import { StatusBadge } from "~/orders/StatusBadge";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { startOf } from "../books/days";
import { fromMinor } from "../books/numbers";
import { type Column, DeskTable } from "../table/DeskTable";
import { type Filters, useFilters } from "../table/filters";
import { Choice, DayFilters, ListState, SearchFilter, smallButton, Toolbar, WithDetails } from "../table/parts";
import { booksWords } from "../words/books";
import { OrderDetails } from "./OrderDetails";

const open = "pending,stock_verified,awaiting_payment,in_kitchen,ready,out_for_delivery";
const statuses = [
  "pending",
  "stock_verified",
  "in_kitchen",
  "ready",
  "completed",
  "cancelled",
  "rejected",
  "failed",
] as const;

function queryOf(filters: Filters) {
  const from = startOf(filters.from);
  const to = startOf(filters.to, 1);
  return {
    limit: 50,
    ...(filters.q && { q: filters.q }),
    ...(filters.student && { student: filters.student }),
    ...(filters.status && { status: filters.status === "open" ? open : filters.status }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

export function OrdersPage() {
  const words = useWords(booksWords);
  const { words: common } = useSpeech();
  const [filters, setFilters] = useFilters();
  const query = queryOf(filters);
  const { data, failureCount, isLoading, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["desk-orders", query],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/v1/orders", {
          params: { query: { ...query, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: 10_000,
    placeholderData: (before) => before,
    retry: 1_000_000,
  });
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const columns = useColumns(
    (id) => setFilters({ open: id }),
    (student) => setFilters({ student, q: null }),
  );
  const choices = {
    "": words.order.anyStatus,
    open: words.order.open,
    ...Object.fromEntries(statuses.map((status) => [status, common.status[status]])),
  };

  return (
    <>
      <PageTitle>{words.orders}</PageTitle>
      <WithDetails
        details={
          filters.open && <OrderDetails key={filters.open} id={filters.open} close={() => setFilters({ open: null })} />
        }
      >
        <Toolbar>
          <SearchFilter label={words.order.find} value={filters.q ?? ""} search={(q) => setFilters({ q })} />
          <Choice
            label={words.order.status}
            value={filters.status ?? ""}
            choices={choices}
            onChange={(event) => setFilters({ status: event.target.value })}
          />
          <DayFilters from={filters.from} to={filters.to} change={setFilters} />
          {filters.student && (
            <button type="button" className={smallButton} onClick={() => setFilters({ student: null })}>
              {words.order.student}: {filters.student} ×
            </button>
          )}
        </Toolbar>
        {filters.q && !filters.from && <p className="pb-2 text-muted text-tiny">{words.order.findHint}</p>}
        <ListState
          loading={isLoading && failureCount === 0}
          failed={failureCount > 0}
          empty={
            data && rows.length === 0 ? (Object.keys(filters).length === 0 ? words.order.empty : words.none) : null
          }
        />
        {rows.length > 0 && (
          <DeskTable
            caption={words.orders}
            columns={columns}
            rows={rows}
            rowKey={(order) => order.id}
            current={filters.open}
            file="orders"
          />
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
      </WithDetails>
    </>
  );
}

function useColumns(openOrder: (id: string) => void, of: (student: string) => void): Column<OrderSummary>[] {
  const words = useWords(booksWords);
  const { words: common, formats, name } = useSpeech();
  const lines = (order: OrderSummary, said: (name: string) => string) =>
    order.lines.map((line) => `${formats.number(line.quantity)} × ${said(line.name)}`).join(", ");
  return [
    {
      key: "number",
      head: words.order.number,
      csv: (order) => order.number,
      cell: (order) => (
        <button
          type="button"
          className="min-h-9 min-w-12 text-left font-medium underline-offset-4 hover:underline"
          onClick={() => openOrder(order.id)}
        >
          {order.number}
        </button>
      ),
    },
    {
      key: "placed",
      head: words.order.placed,
      csv: (order) => order.placedAt,
      cell: (order) => (
        <time dateTime={order.placedAt}>{`${formats.day(order.placedAt)} ${formats.exactTime(order.placedAt)}`}</time>
      ),
    },
    {
      key: "status",
      head: words.order.status,
      csv: (order) => common.status[order.status],
      cell: (order) => <StatusBadge status={order.status} />,
    },
    {
      key: "student",
      extra: true,
      head: words.order.student,
      csv: (order) => `${order.studentName} (${order.student})`,
      cell: (order) => (
        <button
          type="button"
          className="min-h-9 max-w-52 truncate text-left underline-offset-4 hover:underline"
          onClick={() => of(order.student)}
        >
          {order.studentName} <span className="text-muted">{order.student}</span>
        </button>
      ),
    },
    {
      key: "total",
      head: words.order.total,
      number: true,
      csv: (order) => Number(fromMinor(order.total.amount)),
      cell: (order) => formats.money(order.total),
    },
    {
      key: "lines",
      extra: true,
      head: words.order.lines,
      csv: (order) => lines(order, (given) => given),
      cell: (order) => <span className="block max-w-96 truncate">{lines(order, name)}</span>,
    },
  ];
}
