import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, unwrap } from "~/api/client";
import type { Menu } from "~/api/types";
import { announce } from "~/look/announce";
import { Button } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { useAct } from "../books/acting";
import { amount, toMinor, whole } from "../books/numbers";
import type { DishRequest } from "../books/types";
import { Choice, Details, Filter } from "../table/parts";
import { booksWords } from "../words/books";
import { StationChoice } from "./DishDetails";

export function NewDish({ menu, close }: { menu: Menu; close: () => void }) {
  const words = useWords(booksWords);
  const { name } = useSpeech();
  const queries = useQueryClient();
  const [wrong, setWrong] = useState(false);
  const add = useAct(
    async (dish: DishRequest) => {
      await unwrap(client.POST("/api/v1/menu/items", { body: dish }));
      announce(words.dish.added(dish.name));
      close();
    },
    () => queries.invalidateQueries({ queryKey: ["menu"] }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const price = amount(String(form.get("price")));
    const prep = whole(String(form.get("prep")), 1, 7200);
    setWrong(price === null);
    if (price === null || prep === null) return;
    add.mutate({
      name: String(form.get("name")).trim(),
      description: String(form.get("description")),
      categoryId: String(form.get("category")),
      station: String(form.get("station")),
      prepSeconds: Number(prep),
      price: { amount: toMinor(price), currency: menu.items[0]?.price.currency ?? "BDT" },
    });
  };
  return (
    <Details title={words.dish.new} close={close}>
      <form onSubmit={submit} className="space-y-3">
        <Filter label={words.dish.name} name="name" required maxLength={100} />
        <Filter label={words.dish.description} name="description" maxLength={1000} />
        <div className="grid grid-cols-2 gap-3">
          <Filter label={words.dish.price} name="price" required inputMode="decimal" aria-invalid={wrong} />
          <Filter
            label={words.dish.prep}
            name="prep"
            defaultValue="300"
            required
            inputMode="numeric"
            pattern="[0-9০-৯]{1,4}"
          />
        </div>
        {wrong && (
          <p role="alert" className="text-bad text-small">
            {words.dish.priceRule}
          </p>
        )}
        <Choice
          label={words.dish.category}
          name="category"
          choices={Object.fromEntries(menu.categories.map((category) => [category.id, name(category.name)]))}
        />
        <StationChoice station="main" />
        <Button type="submit" kind="primary" className="w-full" disabled={add.isPending}>
          {words.dish.add}
        </Button>
      </form>
    </Details>
  );
}
