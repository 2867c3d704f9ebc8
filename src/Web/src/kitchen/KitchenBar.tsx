import { Link, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { currentUser } from "~/accounts/current";
import { mayDo } from "~/accounts/places";
import { AccountLink } from "~/app/AccountLink";
import { Preferences } from "~/app/Preferences";
import { useSignal } from "~/app/signal";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { clock } from "./wall";
import { kitchenWords } from "./words";

const link =
  "inline-flex min-h-12 items-center rounded-control px-3 text-base hover:bg-raised aria-[current=page]:bg-raised aria-[current=page]:font-semibold";

/** The head of the kitchen's screens. While the connection is lost nothing else stands in it. */
export function KitchenBar({
  lostFor,
  from,
  children,
}: {
  lostFor: number | null;
  from: string;
  children?: ReactNode;
}) {
  const { formats } = useSpeech();
  const words = useWords(kitchenWords);
  const user = useSignal(currentUser);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const elsewhere = path.endsWith("/hand-over") || path.endsWith("/board");
  if (lostFor !== null) {
    const digits = clock(lostFor).replace(/\d/g, (digit) => formats.number(Number(digit)));
    return (
      <header
        data-lost
        className="sticky top-0 z-20 flex flex-wrap items-center gap-x-8 gap-y-1 bg-[#c62f25] px-6 py-3 text-white"
      >
        <div role="alert" className="grow">
          <p className="font-bold text-number leading-tight">{words.lost}</p>
          <p className="text-large">{words.lostSince(from)}</p>
        </div>
        <p className="font-bold text-call leading-none">
          <span className="sr-only">{words.lostFor} </span>
          {digits}
        </p>
      </header>
    );
  }
  return (
    <header className="top-0 z-20 flex flex-wrap items-center gap-x-2 md:sticky border-line border-b bg-surface px-4 py-1">
      <nav aria-label={words.nav} className="flex flex-wrap">
        {user && mayDo(user.role, "kitchen") && (
          <Link to="/kitchen" activeOptions={{ exact: elsewhere }} className={link}>
            {words.wall.title}
          </Link>
        )}
        <Link to="/kitchen/hand-over" className={link}>
          {words.handOver.title}
        </Link>
        <Link to="/kitchen/board" className={link}>
          {words.board.title}
        </Link>
      </nav>
      <div className="ml-auto flex flex-wrap items-center">
        {children}
        <Preferences />
        <AccountLink />
      </div>
    </header>
  );
}
