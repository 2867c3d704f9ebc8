import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useId, useState } from "react";
import { client, unwrap } from "~/api/client";
import type { Menu, MenuItem } from "~/api/types";
import { announce } from "~/look/announce";
import { Button } from "~/look/parts";
import { DishPicture } from "~/menu/dishes";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { AuditList } from "../books/AuditList";
import { useAct } from "../books/acting";
import { whole } from "../books/numbers";
import { before } from "../books/seen";
import type { DishRequest } from "../books/types";
import { Choice, Details, Filter, smallButton } from "../table/parts";
import { offerUndo } from "../table/undo";
import { booksWords } from "../words/books";
import { deleteDish, removePicture, saveDish, savePicture, setSoldOut, shrink } from "./edits";

export function DishDetails({ item, menu, close }: { item: MenuItem; menu: Menu; close: () => void }) {
  const words = useWords(booksWords);
  const { name } = useSpeech();
  const queries = useQueryClient();
  const after = () =>
    Promise.all([["menu"], ["audit"], ["prices", item.id]].map((queryKey) => queries.invalidateQueries({ queryKey })));
  const save = useAct(async (change: Partial<DishRequest>) => {
    const saved = await saveDish(item, change);
    offerUndo(words.saved(name(item.name)), () =>
      saveDish(saved, before<Partial<DishRequest>>(item, change)).finally(after),
    );
  }, after);
  const remove = useAct(async () => {
    await deleteDish(item.id);
    close();
    // Put again, it comes back, with its stock and its prices.
    offerUndo(words.dish.removed(name(item.name)), () => saveDish(item, {}).finally(after));
  }, after);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const prep = whole(String(form.get("prep")), 1, 7200);
    const dish = String(form.get("name")).trim();
    if (prep === null || dish === "") return;
    const filled = {
      name: dish,
      description: String(form.get("description")),
      categoryId: String(form.get("category")),
      station: String(form.get("station")).trim(),
      prepSeconds: Number(prep),
    };
    // Only what was touched: the rest may have become another's meanwhile.
    const touched = Object.entries(filled).filter(([field, value]) => item[field as keyof typeof filled] !== value);
    if (touched.length > 0) save.mutate(Object.fromEntries(touched));
  };

  return (
    <Details title={name(item.name)} close={close}>
      <Picture item={item} after={after} />
      <form
        onSubmit={submit}
        className="space-y-3"
        key={`${item.name}${item.description}${item.categoryId}${item.station}${item.prepSeconds}`}
      >
        <Filter label={words.dish.name} name="name" defaultValue={item.name} required maxLength={100} />
        <Filter label={words.dish.description} name="description" defaultValue={item.description} maxLength={1000} />
        <div className="grid grid-cols-2 gap-3">
          <Choice
            label={words.dish.category}
            name="category"
            defaultValue={item.categoryId}
            choices={Object.fromEntries(menu.categories.map((category) => [category.id, name(category.name)]))}
          />
          <Filter
            label={words.dish.prep}
            name="prep"
            defaultValue={item.prepSeconds}
            required
            pattern="[0-9০-৯]{1,4}"
            inputMode="numeric"
          />
        </div>
        <StationChoice station={item.station} />
        <Button type="submit" kind="primary" className="w-full" disabled={save.isPending}>
          {words.save}
        </Button>
      </form>
      <KitchenWord item={item} after={after} />
      <Prices id={item.id} />
      <AuditList about={`menu/${item.id}`} />
      <div className="flex flex-wrap gap-2">
        <Link to="/desk/stock" search={{ open: item.id }} className={smallButton}>
          {words.dish.toStock}
        </Link>
        <button type="button" className={smallButton} disabled={remove.isPending} onClick={() => remove.mutate()}>
          {words.dish.remove}
        </button>
      </div>
    </Details>
  );
}

/** What the kitchen says of the dish: a mark of "sold out" can be set and lifted from here as well. */
function KitchenWord({ item, after }: { item: MenuItem; after: () => unknown }) {
  const words = useWords(booksWords).dish;
  const { formats, name } = useSpeech();
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: ["kitchen", "items"],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/kitchen/items", { signal })),
    refetchInterval: 5000,
  });
  const mark = data?.items.find(({ id }) => id === item.id)?.soldOut;
  const set = async (soldOut: boolean) => {
    await setSoldOut(item.id, soldOut);
    await Promise.all([queries.invalidateQueries({ queryKey: ["kitchen", "items"] }), after()]);
  };
  const turn = useAct(async (soldOut: boolean) => {
    await set(soldOut);
    offerUndo((soldOut ? words.isSoldOut : words.isBack)(name(item.name)), () => set(!soldOut));
  }, after);
  return (
    <section className="space-y-2" data-kitchen-says={mark ? "sold-out" : "there"}>
      <h3 className="font-semibold">{words.kitchenSays}</h3>
      <div className="flex min-h-10 flex-wrap items-center justify-between gap-3">
        <p className={`text-small ${mark ? "text-bad" : "text-muted"}`}>
          {mark ? words.soldOutSince(formats.time(mark.at), mark.by) : words.thereIsSome}
        </p>
        <button
          type="button"
          className={smallButton}
          disabled={!data || turn.isPending}
          onClick={() => turn.mutate(!mark)}
        >
          {mark ? words.liftSoldOut : words.setSoldOut}
        </button>
      </div>
    </section>
  );
}

export function StationChoice({ station }: { station: string }) {
  const words = useWords(booksWords);
  const { data } = useQuery({
    queryKey: ["stations"],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/kitchen/stations", { signal })),
  });
  const names = Object.fromEntries((data?.items ?? []).map((each) => [each.id, each.name]));
  return (
    <Choice
      key={Object.keys(names).length}
      label={words.dish.station}
      name="station"
      defaultValue={station}
      choices={{ [station]: station, ...names }}
    />
  );
}

function Picture({ item, after }: { item: MenuItem; after: () => unknown }) {
  const words = useWords(booksWords);
  const id = useId();
  const [chosen, setChosen] = useState(0);
  const set = useAct(
    async (file: File) => {
      const picture = await shrink(file);
      if (picture) await savePicture(item.id, picture);
      else announce(words.dish.badPicture);
    },
    after,
    { unsupported_media_type: words.dish.badPicture, body_too_large: words.dish.badPicture },
  );
  const remove = useAct(() => removePicture(item.id), after);
  return (
    <div className="flex items-center gap-4">
      <DishPicture itemId={item.id} categoryId={item.categoryId} imageUrl={item.imageUrl} size={88} />
      <div className="min-w-0 space-y-2">
        <label
          htmlFor={id}
          className={`${smallButton} cursor-pointer has-focus-visible:outline-3 has-focus-visible:outline-accent`}
        >
          {words.dish.choosePicture}
          <input
            key={chosen}
            id={id}
            type="file"
            accept="image/png,image/jpeg,image/webp"
            className="sr-only"
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (file) set.mutate(file, { onSettled: () => setChosen((count) => count + 1) });
            }}
          />
        </label>
        {item.imageUrl ? (
          <button type="button" className={smallButton} onClick={() => remove.mutate()}>
            {words.dish.removePicture}
          </button>
        ) : (
          <p className="text-muted text-tiny">{words.dish.noPicture}</p>
        )}
        <p className="text-muted text-tiny">{words.dish.pictureHint}</p>
      </div>
    </div>
  );
}

function Prices({ id }: { id: string }) {
  const words = useWords(booksWords);
  const { formats } = useSpeech();
  const { data } = useQuery({
    queryKey: ["prices", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/menu/items/{id}/prices", { params: { path: { id } }, signal })),
  });
  return (
    <section>
      <h3 className="pb-2 font-semibold">{words.dish.prices}</h3>
      <ol className="space-y-1 text-small">
        {data?.items.map((price) => (
          <li key={price.at} className="flex justify-between gap-3">
            <span className="font-medium tabular-nums">{formats.money(price.price)}</span>
            <span className="text-muted">
              {formats.day(price.at)} {formats.time(price.at)} · {price.by === "system" ? words.system : price.by}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
