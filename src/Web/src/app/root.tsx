import { createRootRoute, Outlet } from "@tanstack/react-router";
import { currentUser } from "~/accounts/current";
import { Announcer } from "~/look/announce";
import { buttonClass } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { useSignal } from "./signal";

/** What every face stands on: the student's, the kitchen's and the desk's, each with a shell of its own. */
export const root = createRootRoute({ component: Root, errorComponent: Broken });

function Root() {
  const user = useSignal(currentUser);
  return (
    <>
      {/* Made anew for each person: a page keeps what it has read in sight even when it is forgotten (see main.tsx). */}
      <Outlet key={user?.id} />
      <Announcer />
    </>
  );
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
