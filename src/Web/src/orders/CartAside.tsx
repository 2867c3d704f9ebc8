import { useSignal } from "~/app/signal";
import { Empty } from "~/look/parts";
import { useMenu } from "~/menu/menuQuery";
import { useSpeech } from "~/words/language";
import { CartContents } from "./CartContents";
import { cart, placing } from "./current";
import { PlaceButton } from "./PlaceButton";

/** The cart beside the menu, where there is room for both. */
export function CartAside() {
  const { words } = useSpeech();
  const { menu } = useMenu();
  const { lines } = useSignal(cart);
  const { phase } = useSignal(placing.view);
  return (
    <aside
      aria-label={words.cart.title}
      className="card sticky top-4 mt-2 hidden max-h-[calc(100dvh-2rem)] overflow-y-auto p-5 lg:block"
    >
      <h2 className="font-semibold text-large">{words.cart.title}</h2>
      {!menu || (lines.length === 0 && phase !== "accepted") ? (
        <Empty>{words.cart.empty}</Empty>
      ) : (
        <div className="space-y-4">
          <CartContents menu={menu} />
          <PlaceButton menu={menu} />
        </div>
      )}
    </aside>
  );
}
