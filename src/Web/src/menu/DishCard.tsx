import { memo } from "react";
import type { MenuItem } from "~/api/types";
import { useSignal } from "~/app/signal";
import { BellIcon, CheckIcon } from "~/look/icons";
import { Rolling, StockWord } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { DishPicture } from "./dishes";
import { Stepper } from "./Stepper";
import { availability, canOrder } from "./stock";
import { watch, watched } from "./watched";

export const DishCard = memo(function DishCard({ item }: { item: MenuItem }) {
  const { words, formats, name } = useSpeech();
  const dish = name(item.name);
  const open = canOrder(item);
  const minutes = Math.ceil(Number(item.prepSeconds) / 60);
  return (
    <li className="card flex gap-3 p-3" data-item={item.id}>
      <div className="shrink-0 text-center">
        <span className={open ? "" : "opacity-50 grayscale"}>
          <DishPicture itemId={item.id} categoryId={item.categoryId} imageUrl={item.imageUrl} size={64} />
        </span>
        {open && (
          <p className="text-muted text-tiny">
            <span className="sr-only">{words.menu.prep} </span>
            {words.minutes.takes(formats.number(minutes))}
          </p>
        )}
      </div>
      <div className="flex min-w-0 grow flex-col">
        <h3 className={`font-semibold leading-snug wrap-break-word ${open ? "" : "text-muted"}`}>{dish}</h3>
        {item.description && <p className="line-clamp-2 text-muted text-tiny">{name(item.description)}</p>}
        <div className="mt-auto flex items-end justify-between gap-2 pt-1">
          <div className="shrink-0 text-small leading-snug">
            <div className={`font-semibold ${open ? "" : "text-muted"}`}>
              <Rolling>{formats.money(item.price)}</Rolling>
            </div>
            <StockWord item={item} />
          </div>
          <SteppersPlace item={item} dish={dish} open={open} />
        </div>
      </div>
    </li>
  );
});

function SteppersPlace({ item, dish, open }: { item: MenuItem; dish: string; open: boolean }) {
  if (open) return <Stepper itemId={item.id} dish={dish} most={Number(item.stock.onHand)} />;
  return availability(item).kind === "soldOut" ? <Watch itemId={item.id} /> : null;
}

function Watch({ itemId }: { itemId: string }) {
  const { words } = useSpeech();
  const watching = useSignal(watched).has(itemId);
  return (
    <button
      type="button"
      aria-pressed={watching}
      onClick={() => watch(itemId, !watching)}
      className="inline-flex min-h-12 min-w-0 max-w-40 items-center gap-2 rounded-control border border-edge px-3 text-left text-tiny leading-tight"
    >
      {watching ? <CheckIcon /> : <BellIcon />}
      {watching ? words.menu.watching : words.menu.watch}
    </button>
  );
}
