import { Link, useNavigate } from "@tanstack/react-router";
import { useSignal } from "~/app/signal";
import { Button, buttonClass, PageTitle } from "~/look/parts";
import { signOut } from "~/orders/current";
import { useSpeech } from "~/words/language";
import { currentUser } from "./current";

export function AccountPage() {
  const { words } = useSpeech();
  const user = useSignal(currentUser);
  const navigate = useNavigate();
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
            <Link to="/orders" className={buttonClass()}>
              {words.orders.title}
            </Link>
            <Button onClick={() => void signOut().then(() => navigate({ to: "/" }))}>{words.signOut}</Button>
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
