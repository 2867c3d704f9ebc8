import { Link } from "@tanstack/react-router";
import { Preferences } from "~/app/Preferences";
import { PersonIcon } from "~/look/icons";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { kitchenWords } from "./words";

const link = "inline-flex min-h-12 items-center rounded-control px-4 hover:bg-raised aria-[current=page]:font-semibold";

export function KitchenBar() {
  const { words: common } = useSpeech();
  const words = useWords(kitchenWords);
  return (
    <header className="flex flex-wrap items-center gap-1 px-4 pt-2">
      <nav aria-label={words.nav} className="mr-auto flex flex-wrap">
        <Link to="/kitchen" activeOptions={{ exact: true }} className={link}>
          {words.wall.title}
        </Link>
        <Link to="/kitchen/hand-over" className={link}>
          {words.handOver.title}
        </Link>
        <Link to="/kitchen/board" className={link}>
          {words.board.title}
        </Link>
      </nav>
      <Preferences />
      <Link
        to="/account"
        aria-label={common.account}
        title={common.account}
        className="inline-flex size-12 items-center justify-center rounded-control hover:bg-raised"
      >
        <PersonIcon />
      </Link>
    </header>
  );
}
