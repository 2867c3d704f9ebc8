import { useNavigate } from "@tanstack/react-router";
import { currentUser } from "~/accounts/current";
import type { Menu } from "~/api/types";
import { useSignal } from "~/app/signal";
import { Button } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { totalOf } from "./CartContents";
import { cart, placing } from "./current";

/** The one action of the cart. It becomes the state of the order the moment it is pressed. */
export function PlaceButton({ menu }: { menu: Menu }) {
  const { words, formats } = useSpeech();
  const { lines, attempt } = useSignal(cart);
  const view = useSignal(placing.view);
  const user = useSignal(currentUser);
  const navigate = useNavigate();
  const signIn = () => void navigate({ to: "/sign-in", search: { next: "/cart" } });

  if (view.phase === "accepted") {
    return (
      <p className="flex min-h-14 w-full items-center justify-center rounded-control bg-good-soft font-semibold text-good">
        {words.placing.accepted(view.order.number)}
      </p>
    );
  }
  if (!attempt) {
    return (
      <Button
        kind="primary"
        className="min-h-14 w-full px-5"
        disabled={lines.length === 0}
        onClick={() => (user ? void placing.place() : signIn())}
      >
        <span className="grow text-left">{user ? words.cart.place : words.cart.signIn}</span>
        <span>{formats.money(totalOf(lines, menu))}</span>
      </Button>
    );
  }
  return (
    <div className="space-y-2">
      {view.phase === "signIn" ? (
        <Button kind="primary" className="min-h-14 w-full" onClick={signIn}>
          {words.signIn}
        </Button>
      ) : (
        <p className="flex min-h-14 w-full items-center justify-center gap-3 rounded-control bg-accent px-4 font-semibold text-on-accent">
          <span aria-hidden="true" className="size-2.5 animate-breathe rounded-full bg-on-accent" />
          {words.placing.sending}
        </p>
      )}
      <UnderWay />
    </div>
  );
}

function UnderWay() {
  const { words } = useSpeech();
  const view = useSignal(placing.view);
  const { attempt } = useSignal(cart);
  const text = attempt?.takeBack
    ? words.placing.takingBack
    : view.phase === "slow" || view.phase === "offline" || view.phase === "signIn"
      ? words.placing[view.phase]
      : "";
  return (
    <div className="flex min-h-12 items-center justify-between gap-3 text-small">
      <p role="status">{text}</p>
      {text !== "" && !attempt?.takeBack && (
        <Button className="shrink-0" onClick={() => placing.takeBack()}>
          {words.placing.takeBack}
        </Button>
      )}
    </div>
  );
}
