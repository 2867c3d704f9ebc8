import { Link } from "@tanstack/react-router";
import { useSignal } from "~/app/signal";
import { buttonClass, Empty, PageTitle } from "~/look/parts";
import { useMenu } from "~/menu/menuQuery";
import { useSpeech } from "~/words/language";
import { CartContents } from "./CartContents";
import { cart, placing } from "./current";
import { PlaceButton } from "./PlaceButton";

export function CartPage() {
  const { words } = useSpeech();
  const { menu, failed } = useMenu();
  const { lines } = useSignal(cart);
  const { phase } = useSignal(placing.view);
  const empty = lines.length === 0 && phase !== "accepted";
  return (
    <div className="mx-auto max-w-2xl pb-40">
      <PageTitle back>{words.cart.title}</PageTitle>
      {empty ? (
        <Empty
          action={
            <Link to="/" className={buttonClass("primary")}>
              {words.cart.toMenu}
            </Link>
          }
        >
          {words.cart.empty}
        </Empty>
      ) : menu ? (
        <>
          <CartContents menu={menu} />
          <div className="fixed inset-x-0 bottom-0 z-30 border-line border-t bg-bg px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
            <div className="mx-auto max-w-2xl">
              <PlaceButton menu={menu} />
            </div>
          </div>
        </>
      ) : (
        <p className="py-10 text-muted">{failed ? words.menu.failed : ""}</p>
      )}
    </div>
  );
}
