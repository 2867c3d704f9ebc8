import { queryOptions, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useRef, useState } from "react";
import { client, unwrap } from "~/api/client";
import type { KitchenItem } from "~/api/types";
import { Field } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { matches } from "~/words/names";
import { useWords } from "~/words/useWords";
import { Sheet } from "./Sheet";
import type { Wall } from "./useWall";
import { kitchenWords } from "./words";

export const kitchenItemsQuery = queryOptions({
  queryKey: ["kitchen", "items"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/kitchen/items", { signal })),
  refetchInterval: 5000,
});

interface Props {
  readonly station: string | null;
  readonly setSoldOut: Wall["setSoldOut"];
  readonly onClose: () => void;
}

/** One press and a dish is sold out; another, and it is back. This station's dishes first, those that are gone on top. */
export function StockSheet({ station, setSoldOut, onClose }: Props) {
  const words = useWords(kitchenWords);
  const { name } = useSpeech();
  const [search, setSearch] = useState("");
  const { data, isError } = useQuery(kitchenItemsQuery);
  // As it was when the page was opened: a dish that has just been pressed stays under the finger.
  const gone = useRef<ReadonlySet<string> | null>(null);
  if (data) gone.current ??= new Set(data.items.filter((item) => item.soldOut).map(({ id }) => id));
  const isGone = ({ id }: KitchenItem) => Number(gone.current?.has(id) ?? false);
  const shown = (data?.items ?? [])
    .filter((item) => matches(search, item.name, name(item.name)))
    .sort(
      (one, other) =>
        isGone(other) - isGone(one) ||
        Number(other.station === station) - Number(one.station === station) ||
        name(one.name).localeCompare(name(other.name)),
    );
  const first = shown[0];
  const turn = (item: KitchenItem) => void setSoldOut(item, item.soldOut === null);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || search === "" || !first) return;
    event.preventDefault();
    turn(first);
    setSearch("");
  }

  return (
    <Sheet title={words.stock.title} onClose={onClose}>
      <Field
        label={words.stock.find}
        value={search}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setSearch(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {isError && !data && (
        <p role="alert" className="pt-4">
          {words.unreachable}
        </p>
      )}
      {data && shown.length === 0 && <p className="pt-4 text-muted">{words.stock.none}</p>}
      <ul className="divide-y divide-line pt-2">
        {shown.map((item) => (
          <Row key={item.id} item={item} onTurn={() => turn(item)} />
        ))}
      </ul>
    </Sheet>
  );
}

function Row({ item, onTurn }: { item: KitchenItem; onTurn: () => void }) {
  const words = useWords(kitchenWords).stock;
  const { name, formats } = useSpeech();
  const dish = name(item.name);
  return (
    <li className="flex items-center gap-4 py-2" data-item={item.id}>
      <div className="min-w-0 grow">
        <p className="font-semibold text-large leading-tight wrap-break-word">{dish}</p>
        <p aria-live="polite" className={`text-small ${item.soldOut ? "text-bad" : "text-muted"}`}>
          {item.soldOut
            ? words.since(formats.time(item.soldOut.at), item.soldOut.by)
            : words.onHand(formats.number(Number(item.onHand)))}
        </p>
      </div>
      <button
        type="button"
        aria-label={item.soldOut ? words.backOf(dish) : words.soldOutOf(dish)}
        onClick={onTurn}
        className={`min-h-14 min-w-32 shrink-0 rounded-control border-2 px-4 font-semibold text-large ${item.soldOut ? "border-good text-good" : "border-bad text-bad"}`}
      >
        {item.soldOut ? words.back : words.soldOut}
      </button>
    </li>
  );
}
