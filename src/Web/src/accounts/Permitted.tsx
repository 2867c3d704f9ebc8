import { Link, useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { useSignal } from "~/app/signal";
import { buttonClass } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { currentUser } from "./current";
import { homeOf, mayDo, type Role } from "./places";
import { staffWords } from "./staffWords";

/** What only some may see: who is not signed in signs in first and comes back; who may not is told who can. */
export function Permitted({ to, children }: { to: readonly Role[]; children: ReactNode }) {
  const user = useSignal(currentUser);
  if (!user) return <ToSignIn />;
  return to.some((role) => mayDo(user.role, role)) ? children : <NoPermission to={to} role={user.role} />;
}

function ToSignIn() {
  const router = useRouter();
  // Once: this stays for a moment while the page it leads to is fetched, and must not lead from there to itself.
  useEffect(() => {
    const next = router.state.location.pathname.replace(/\/+$/, "");
    void router.navigate({ to: "/sign-in", search: { next }, replace: true });
  }, [router]);
  return null;
}

function NoPermission({ to, role }: { to: readonly Role[]; role: Role }) {
  const { words: common } = useSpeech();
  const words = useWords(staffWords);
  return (
    <main className="mx-auto max-w-md space-y-4 p-6">
      <h1 className="font-semibold text-title">{words.notYours}</h1>
      <p>{words.whoCan(to.map((each) => words.roles[each]))}</p>
      <p className="text-muted">{words.youAre(words.roles[role])}</p>
      <div className="flex flex-wrap gap-3">
        <Link to={homeOf(role)} className={buttonClass("primary")}>
          {words.faces[homeOf(role)]}
        </Link>
        <Link to="/account" className={buttonClass()}>
          {common.account}
        </Link>
      </div>
    </main>
  );
}
