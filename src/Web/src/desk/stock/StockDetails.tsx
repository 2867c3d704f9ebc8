import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { client, unwrap } from "~/api/client";
import { randomKey } from "~/app/random";
import { Button } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { useAct } from "../books/acting";
import { whole } from "../books/numbers";
import type { Movement, StockRow } from "../books/types";
import { Details, Filter, smallButton, tabClass } from "../table/parts";
import { offerUndo } from "../table/undo";
import { booksWords } from "../words/books";

type Deed = "receive" | "writeOff" | "count";

interface Booking {
  readonly deed: Deed;
  readonly quantity: number;
  readonly text: string;
  readonly key: string;
}

function book(id: string, { deed, quantity, text, key }: Booking) {
  const params = { path: { id }, header: { "Idempotency-Key": key } };
  switch (deed) {
    case "receive":
      return unwrap(client.POST("/api/v1/stock/{id}/receive", { params, body: { quantity, reference: text || null } }));
    case "writeOff":
      return unwrap(client.POST("/api/v1/stock/{id}/write-off", { params, body: { quantity, reason: text } }));
    case "count":
      return unwrap(
        client.POST("/api/v1/stock/{id}/count", { params, body: { counted: quantity, reason: text || null } }),
      );
  }
}

export function StockDetails({ row, dish, close }: { row: StockRow; dish: string; close: () => void }) {
  const words = useWords(booksWords);
  const { formats } = useSpeech();
  const n = formats.number;
  return (
    <Details title={dish} close={close}>
      <p className="text-muted text-small" data-books="">
        {words.book.balance(n(row.received), n(row.onHand), n(row.held), n(row.sold), n(row.writtenOff))}
      </p>
      <BookingForm id={row.itemId} dish={dish} />
      <Ledger id={row.itemId} />
    </Details>
  );
}

function BookingForm({ id, dish }: { id: string; dish: string }) {
  const words = useWords(booksWords);
  const { formats } = useSpeech();
  const queries = useQueryClient();
  const [deed, setDeed] = useState<Deed>("receive");
  const [wrong, setWrong] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  // The same wish sent again is the same booking; another wish is another.
  const wish = useRef({ text: "", key: "" });
  const after = () =>
    Promise.all([["stock"], ["ledger", id], ["menu"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
  const save = useAct(
    async (booking: Booking) => {
      await book(id, booking);
      wish.current = { text: "", key: "" };
      form.current?.reset();
      const said = { receive: words.book.didReceive, writeOff: words.book.didWriteOff }[
        booking.deed as "receive" | "writeOff"
      ];
      if (said) {
        const back: Booking = {
          deed: booking.deed === "receive" ? "writeOff" : "receive",
          quantity: booking.quantity,
          text: words.book.takenBack,
          key: randomKey(),
        };
        offerUndo(said(formats.number(booking.quantity), dish), () => book(id, back).finally(after));
      }
    },
    after,
    { below_zero: words.book.belowZero, being_ordered: words.book.beingOrdered },
  );

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const quantity = whole(String(fields.get("quantity")), deed === "count" ? 0 : 1, 1_000_000);
    const text = String(fields.get("text")).trim();
    if (quantity === null) return setWrong(words.book.quantityRule);
    if (deed === "writeOff" && text === "") return setWrong(words.book.reasonMissing);
    setWrong(null);
    const wanted = JSON.stringify([deed, quantity, text]);
    if (wish.current.text !== wanted) wish.current = { text: wanted, key: randomKey() };
    save.mutate({ deed, quantity: Number(quantity), text, key: wish.current.key });
  };

  return (
    <form ref={form} onSubmit={submit} className="space-y-3" noValidate>
      <fieldset className="flex flex-wrap gap-2">
        <legend className="sr-only">{words.book.what}</legend>
        {(["receive", "writeOff", "count"] as const).map((each) => (
          <label key={each} className={tabClass(each === deed)}>
            <input
              type="radio"
              name="deed"
              className="sr-only"
              checked={each === deed}
              onChange={() => setDeed(each)}
            />
            {words.book[each]}
          </label>
        ))}
      </fieldset>
      <div className="grid grid-cols-2 gap-3">
        <Filter
          label={deed === "count" ? words.book.counted : words.book.quantity}
          name="quantity"
          inputMode="numeric"
          autoComplete="off"
          aria-invalid={wrong !== null}
        />
        <Filter
          key={deed}
          label={deed === "receive" ? words.book.reference : words.book.reason}
          name="text"
          autoComplete="off"
          maxLength={deed === "receive" ? 100 : 200}
        />
      </div>
      {deed === "count" && <p className="text-muted text-tiny">{words.book.countedHint}</p>}
      {wrong && (
        <p role="alert" className="text-bad text-small">
          {wrong}
        </p>
      )}
      <Button type="submit" kind="primary" className="w-full" disabled={save.isPending}>
        {words.book[deed]}
      </Button>
    </form>
  );
}

function Ledger({ id }: { id: string }) {
  const words = useWords(booksWords);
  const [sales, setSales] = useState(false);
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["ledger", id, sales],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/v1/stock/{id}/ledger", {
          params: {
            path: { id },
            query: {
              limit: 20,
              ...(!sales && { kind: "received,written_off,counted" }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  return (
    <section>
      <div className="flex items-center justify-between pb-2">
        <h3 className="font-semibold">{words.book.ledger}</h3>
        <label className="inline-flex min-h-9 items-center gap-2 text-small">
          <input type="checkbox" className="size-5 accent-accent" checked={sales} onChange={() => setSales(!sales)} />
          {words.book.withSales}
        </label>
      </div>
      <ol className="space-y-2 text-small">
        {data?.pages
          .flatMap((page) => page.items)
          .map((movement) => (
            <Line key={`${movement.at}${movement.kind}${movement.orderId}`} movement={movement} />
          ))}
      </ol>
      {hasNextPage && (
        <button type="button" className={`${smallButton} mt-3`} onClick={() => void fetchNextPage()}>
          {words.more}
        </button>
      )}
    </section>
  );
}

function Line({ movement }: { movement: Movement }) {
  const words = useWords(booksWords);
  const { formats } = useSpeech();
  const sign = { received: "+", returned: "+", sold: "−", written_off: "−", counted: "=" }[movement.kind];
  const who = movement.by === "system" ? words.system : movement.by;
  const notes = [
    movement.orderNumber && words.book.order(movement.orderNumber),
    movement.reference,
    movement.reason,
    who,
  ].filter(Boolean);
  return (
    <li className="grid grid-cols-[4.5rem_1fr] gap-x-3">
      <span className="text-right font-medium tabular-nums">
        {sign} {formats.number(movement.quantity)}
      </span>
      <span className="min-w-0 wrap-break-word">
        {words.book.kinds[movement.kind]}
        <span className="block text-muted text-tiny">
          <time dateTime={movement.at}>{`${formats.day(movement.at)} ${formats.exactTime(movement.at)}`}</time>
          {notes.length > 0 && ` · ${notes.join(" · ")}`}
        </span>
      </span>
    </li>
  );
}
