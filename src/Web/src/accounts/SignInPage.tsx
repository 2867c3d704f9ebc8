import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { client, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import { useSignal } from "~/app/signal";
import { Banner, Button, Field, PageTitle } from "~/look/parts";
import { cart } from "~/orders/current";
import { useSpeech } from "~/words/language";
import { session } from "./current";
import { signInMessage } from "./messages";
import { PasswordField } from "./PasswordField";
import { homeOf } from "./places";

export function SignInPage() {
  const { words, formats } = useSpeech();
  const { next } = useSearch({ from: "/student/sign-in" });
  const navigate = useNavigate();
  const { lines } = useSignal(cart);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      const body = { login: String(form.get("login")).trim(), password: String(form.get("password")) };
      const answer = await unwrap(client.POST("/api/v1/auth/login", { body }));
      session.accept(answer);
      await navigate({ to: next ?? homeOf(answer.user.role), replace: true });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="mx-auto max-w-sm space-y-4">
      <PageTitle back>{words.accounts.signInTitle}</PageTitle>
      {lines.length > 0 && <p className="text-muted text-small">{words.accounts.cartWaits}</p>}
      <form onSubmit={(event) => void submit(event)} className="space-y-4">
        {problem && (
          <Banner tone="bad" alert>
            {signInMessage(problem, words, formats)}
          </Banner>
        )}
        <Field
          label={words.accounts.login}
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <PasswordField autoComplete="current-password" />
        <Button kind="primary" type="submit" className="w-full" disabled={busy}>
          {words.signIn}
        </Button>
      </form>
      <p className="text-small">
        {words.accounts.noAccount}{" "}
        <Link
          to="/register"
          search={next ? { next } : {}}
          className="inline-flex min-h-12 items-center font-semibold text-accent underline underline-offset-4"
        >
          {words.register}
        </Link>
      </p>
    </div>
  );
}
