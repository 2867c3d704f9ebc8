import { type FormEvent, useState } from "react";
import { client } from "~/api/client";
import { Problem } from "~/api/problem";
import { announce } from "~/look/announce";
import { Banner, Button } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { accountWords } from "./accountWords";
import { signInMessage } from "./messages";
import { PasswordField } from "./PasswordField";

/** One's own new password; who was given a temporary one needs it most. */
export function ChangePassword() {
  const { words: common, formats } = useSpeech();
  const words = useWords(accountWords);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = event.currentTarget;
    const form = new FormData(fields);
    setBusy(true);
    setProblem(null);
    try {
      const { response, error } = await client.POST("/api/v1/auth/password", {
        body: { current: String(form.get("current")), next: String(form.get("next")) },
      });
      if (!response.ok) throw Problem.from(response, error);
      fields.reset();
      fields.closest("details")?.removeAttribute("open");
      announce(words.passwordChanged);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <details className="card px-4">
      <summary className="flex min-h-12 cursor-pointer items-center font-medium">{words.changePassword}</summary>
      <form onSubmit={(event) => void submit(event)} className="space-y-4 pb-4">
        {problem && (
          <Banner tone="bad" alert>
            {problem.code === "wrong_password" ? words.wrongPassword : signInMessage(problem, common, formats)}
          </Banner>
        )}
        <PasswordField name="current" label={words.currentPassword} autoComplete="current-password" />
        <PasswordField
          name="next"
          label={words.nextPassword}
          autoComplete="new-password"
          hint={common.accounts.passwordHint}
          minLength={8}
        />
        <Button kind="primary" type="submit" className="w-full" disabled={busy}>
          {words.changePassword}
        </Button>
      </form>
    </details>
  );
}
