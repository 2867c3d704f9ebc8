import { useQueryClient } from "@tanstack/react-query";
import type { MenuCategory, MenuItem } from "~/api/types";
import { Button, PageTitle, StockWord } from "~/look/parts";
import { DishPicture } from "~/menu/dishes";
import { useMenu } from "~/menu/menuQuery";
import { useSpeech } from "~/words/language";
import { matches } from "~/words/names";
import { useWords } from "~/words/useWords";
import { useAct } from "../books/acting";
import { amount, fromMinor, toMinor } from "../books/numbers";
import { before } from "../books/seen";
import type { DishRequest } from "../books/types";
import { type Column, DeskTable } from "../table/DeskTable";
import { EditCell } from "../table/EditCell";
import { useFilters } from "../table/filters";
import { Choice, ListState, SearchFilter, Toolbar, WithDetails } from "../table/parts";
import { offerUndo, UndoBar } from "../table/undo";
import { booksWords } from "../words/books";
import { DishDetails } from "./DishDetails";
import { saveDish } from "./edits";
import { NewDish } from "./NewDish";

/** The menu as managers edit it: what stands in the table is changed where it stands, the rest beside it. */
export function MenuPage() {
  const words = useWords(booksWords);
  const { name } = useSpeech();
  const { menu, failed } = useMenu();
  const [filters, setFilters] = useFilters();
  const columns = useColumns(menu?.categories ?? [], (id) => setFilters({ open: id }));
  const items = (menu?.items ?? []).filter(
    (item) =>
      (!filters.category || item.categoryId === filters.category) &&
      matches(filters.q ?? "", item.name, name(item.name), item.id),
  );
  const open = menu?.items.find((item) => item.id === filters.open);
  const close = () => setFilters({ open: null });

  return (
    <>
      <PageTitle>{words.menu}</PageTitle>
      <WithDetails
        details={
          filters.open === "new" && menu ? (
            <NewDish menu={menu} close={close} />
          ) : open && menu ? (
            <DishDetails key={open.id} item={open} menu={menu} close={close} />
          ) : null
        }
      >
        <Toolbar>
          <SearchFilter label={words.search} value={filters.q ?? ""} search={(q) => setFilters({ q })} />
          <Choice
            label={words.dish.category}
            value={filters.category ?? ""}
            onChange={(event) => setFilters({ category: event.target.value })}
            choices={{
              "": words.all,
              ...Object.fromEntries((menu?.categories ?? []).map((each) => [each.id, name(each.name)])),
            }}
          />
          <Button kind="primary" className="ml-auto" onClick={() => setFilters({ open: "new" })}>
            {words.dish.new}
          </Button>
        </Toolbar>
        <ListState
          loading={!menu && !failed}
          failed={failed}
          empty={menu && items.length === 0 ? (menu.items.length === 0 ? words.dish.empty : words.none) : null}
        />
        {items.length > 0 && (
          <DeskTable
            caption={words.menu}
            columns={columns}
            rows={items}
            rowKey={(item) => item.id}
            current={open?.id}
            file="menu"
          />
        )}
      </WithDetails>
      <UndoBar />
    </>
  );
}

function useColumns(categories: readonly MenuCategory[], open: (id: string) => void): Column<MenuItem>[] {
  const words = useWords(booksWords);
  const { formats, name } = useSpeech();
  const queries = useQueryClient();
  const after = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["menu"] }),
      queries.invalidateQueries({ queryKey: ["audit"] }),
      queries.invalidateQueries({ queryKey: ["prices"] }),
    ]);
  const edit = useAct(async ({ item, change }: { item: MenuItem; change: Partial<DishRequest> }) => {
    const saved = await saveDish(item, change);
    offerUndo(words.saved(name(item.name)), () =>
      saveDish(saved, before<Partial<DishRequest>>(item, change)).finally(after),
    );
  }, after);
  const categoryNames = Object.fromEntries(categories.map((category) => [category.id, name(category.name)]));

  return [
    {
      key: "name",
      head: words.dish.name,
      csv: (item) => item.name,
      cell: (item) => (
        <span className="flex items-center gap-2">
          <DishPicture itemId={item.id} categoryId={item.categoryId} imageUrl={item.imageUrl} size={32} />
          <button
            type="button"
            className="min-h-9 text-left font-medium underline-offset-4 hover:underline"
            onClick={() => open(item.id)}
          >
            {name(item.name)}
          </button>
        </span>
      ),
    },
    {
      key: "category",
      extra: true,
      head: words.dish.category,
      csv: (item) => item.categoryId,
      cell: (item) => categoryNames[item.categoryId] ?? item.categoryId,
    },
    {
      key: "price",
      head: words.dish.price,
      number: true,
      csv: (item) => Number(fromMinor(item.price.amount)),
      cell: (item) => (
        <EditCell
          number
          label={words.edit(words.dish.price, name(item.name))}
          value={fromMinor(item.price.amount)}
          text={formats.money(item.price)}
          parse={amount}
          rule={words.dish.priceRule}
          save={(price) => edit.mutate({ item, change: { price: { ...item.price, amount: toMinor(price) } } })}
        />
      ),
    },
    {
      key: "available",
      head: words.dish.available,
      csv: (item) => (item.available ? "yes" : "no"),
      cell: (item) => (
        <label className="inline-flex min-h-9 items-center gap-2">
          <input
            type="checkbox"
            className="size-5 accent-accent"
            aria-label={words.edit(words.dish.available, name(item.name))}
            checked={item.available}
            onChange={() => edit.mutate({ item, change: { available: !item.available } })}
          />
          <span aria-hidden="true">{item.available ? words.dish.onSale : words.dish.offSale}</span>
        </label>
      ),
    },
    {
      key: "stock",
      head: words.dish.stock,
      number: true,
      csv: (item) => item.stock.onHand,
      cell: (item) => <OnHand item={item} />,
    },
    {
      key: "prep",
      extra: true,
      head: words.dish.prep,
      number: true,
      csv: (item) => item.prepSeconds,
      cell: (item) => formats.number(item.prepSeconds),
    },
    {
      key: "station",
      extra: true,
      head: words.dish.station,
      csv: (item) => item.station,
      cell: (item) => item.station,
    },
  ];
}

function OnHand({ item }: { item: MenuItem }) {
  const { formats } = useSpeech();
  return item.stock.level === "plenty" ? (
    formats.number(item.stock.onHand)
  ) : (
    <StockWord item={{ ...item, available: true }} />
  );
}
