import { Link, Outlet } from "@tanstack/react-router";
import { Permitted } from "~/accounts/Permitted";
import { Preferences } from "~/app/Preferences";
import { PersonIcon } from "~/look/icons";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { deskWords } from "./words";

export function DeskShell() {
  const { words: common } = useSpeech();
  const words = useWords(deskWords);
  return (
    <Permitted to={["manager"]}>
      <header className="flex items-center gap-1 px-4 pt-2">
        <p className="mr-auto font-bold text-large">{words.title}</p>
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
      <main id="content" className="px-4">
        <Outlet />
      </main>
    </Permitted>
  );
}
