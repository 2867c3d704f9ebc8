import { Link, useNavigate } from "@tanstack/react-router";
import { useSignal } from "~/app/signal";
import { announce } from "~/look/announce";
import { Button, buttonClass, PageTitle } from "~/look/parts";
import { signOut, signOutEverywhere } from "~/orders/current";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { accountWords } from "./accountWords";
import { ChangePassword } from "./ChangePassword";
import { currentUser } from "./current";
import { homeOf } from "./places";
import { staffWords } from "./staffWords";

export function AccountPage() {
  const { words } = useSpeech();
  const staff = useWords(staffWords);
  const user = useSignal(currentUser);
  const navigate = useNavigate();
  const account = useWords(accountWords);
  const everywhere = () =>
    void signOutEverywhere().then(
      () => {
        announce(account.signedOutEverywhere);
        void navigate({ to: "/" });
      },
      () => announce(account.notSignedOut),
    );
  return (
    <div className="mx-auto max-w-sm space-y-6">
      <PageTitle back>{words.account}</PageTitle>
      {user ? (
        <>
          <div className="card p-4">
            <p className="font-semibold text-large wrap-break-word">{user.fullName}</p>
            <p className="text-muted wrap-break-word">{user.studentId}</p>
            <p className="text-muted text-small wrap-break-word">{user.email}</p>
          </div>
          <div className="flex flex-col gap-3">
            {user.role !== "student" && (
              <Link to={homeOf(user.role)} className={buttonClass("primary")}>
                {staff.faces[homeOf(user.role)]}
              </Link>
            )}
            <Link to="/orders" className={buttonClass()}>
              {words.orders.title}
            </Link>
            <ChangePassword />
            <Button onClick={() => void signOut().then(() => navigate({ to: "/" }))}>{words.signOut}</Button>
            <Button onClick={everywhere}>{account.signOutEverywhere}</Button>
          </div>
        </>
      ) : (
        <Link to="/sign-in" className={buttonClass("primary")}>
          {words.signIn}
        </Link>
      )}
    </div>
  );
}
