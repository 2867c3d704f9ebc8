import { useQueryClient } from "@tanstack/react-query";
import { createRootRoute, Outlet } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { currentUser } from "~/accounts/current";
import { Announcer } from "~/look/announce";
import { buttonClass } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { useSignal } from "./signal";

/** What every face stands on: the student's, the kitchen's and the desk's, each with a shell of its own. */
export const root = createRootRoute({ component: Root, errorComponent: Broken });

function Root() {
  useForgetting();
  return (
    <>
      <Outlet />
      <Announcer />
    </>
  );
}

/** Nothing that one person read stays in memory for the next; the menu is everybody's. */
function useForgetting(): void {
  const user = useSignal(currentUser);
  const queries = useQueryClient();
  const last = useRef(user?.id);
  useEffect(() => {
    if (last.current !== user?.id) queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "menu" });
    last.current = user?.id;
  }, [user, queries]);
}

function Broken() {
  const { words } = useSpeech();
  return (
    <div role="alert" className="mx-auto max-w-sm space-y-4 p-6">
      <p>{words.broken}</p>
      <button type="button" className={buttonClass("primary")} onClick={() => location.reload()}>
        {words.reload}
      </button>
    </div>
  );
}
