import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { currentUser } from "~/accounts/current";
import { Permitted } from "~/accounts/Permitted";
import { mayDo } from "~/accounts/places";
import { tenant } from "~/api/tenant";
import { AccountLink } from "~/app/AccountLink";
import { Preferences } from "~/app/Preferences";
import { useSignal } from "~/app/signal";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { rail } from "./rail";
import { deskWords } from "./words";

const entry =
  "flex min-h-12 shrink-0 items-center gap-3 whitespace-nowrap rounded-control px-3 hover:bg-raised aria-[current=page]:bg-accent-soft aria-[current=page]:font-semibold aria-[current=page]:text-accent";

/** The rail on the left and the page beside it; on a phone the rail lies on top and is pushed sideways. */
export function DeskShell() {
  const { words: common } = useSpeech();
  const words = useWords(deskWords);
  const name = common.cafeterias[tenant] ?? tenant;
  useEffect(() => {
    document.title = `${words.title} · ${name}`;
  }, [words, name]);
  return (
    <Permitted to={["manager"]}>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:bg-surface focus:p-3"
      >
        {common.skip}
      </a>
      <div className="lg:flex">
        <header className="no-print z-30 border-line bg-surface max-lg:border-b lg:sticky lg:top-0 lg:flex lg:h-dvh lg:w-52 lg:shrink-0 lg:flex-col lg:border-r lg:p-2">
          <div className="flex items-center max-lg:px-3 max-lg:pt-1 lg:contents">
            <p className="mr-auto min-w-0 py-2 font-bold lg:mr-0 leading-tight lg:px-3 lg:text-large">{name}</p>
            <div className="flex lg:order-last lg:mt-auto">
              <Preferences />
              <AccountLink />
            </div>
          </div>
          <Rail />
        </header>
        <main id="content" className="min-w-0 grow px-3 pb-6 lg:px-5">
          <Outlet />
        </main>
      </div>
    </Permitted>
  );
}

function Rail() {
  const words = useWords(deskWords);
  const user = useSignal(currentUser);
  const entries = rail.filter(({ role }) => user !== null && mayDo(user.role, role));
  const path = useRouterState({ select: (state) => state.location.pathname });
  const nav = useRef<HTMLElement>(null);
  // On a phone the rail is longer than the screen: where one is must be seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another entry
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>("[aria-current=page]");
    if (current && nav.current) nav.current.scrollLeft = current.offsetLeft - 16;
  }, [path]);
  return (
    <nav
      ref={nav}
      aria-label={words.title}
      className="no-scrollbar relative flex gap-1 overflow-x-auto max-lg:px-2 max-lg:py-1 lg:mt-2 lg:flex-col lg:overflow-visible"
    >
      {entries.map(({ to, word, icon: Icon }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === "/desk", includeSearch: false }} className={entry}>
          <Icon />
          {words.rail[word]}
        </Link>
      ))}
    </nav>
  );
}
