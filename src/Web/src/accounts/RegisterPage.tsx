import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { client, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import { Banner, Button, Field, PageTitle } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { session } from "./current";
import { signInMessage } from "./messages";
import { PasswordField } from "./PasswordField";
import { type Registration, registrationErrors } from "./registration";

export function RegisterPage() {
  const { words, formats } = useSpeech();
  const { next } = useSearch({ from: "/student/register" });
  const navigate = useNavigate();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [wrong, setWrong] = useState<ReadonlySet<keyof Registration>>(new Set());
  const [busy, setBusy] = useState(false);
  const errorOf = (field: keyof Registration) => (wrong.has(field) ? words.accounts.errors[field] : undefined);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    const body: Registration = {
      studentId: String(form.get("studentId")).trim(),
      email: String(form.get("email")).trim(),
      password: String(form.get("password")),
      fullName: String(form.get("fullName")).trim(),
    };
    const errors = registrationErrors(body);
    setWrong(errors);
    setProblem(null);
    const [first] = errors;
    if (first) return (element.elements.namedItem(first) as HTMLElement | null)?.focus();
    setBusy(true);
    try {
      await unwrap(client.POST("/api/v1/auth/register", { body }));
      const login = { login: body.studentId, password: body.password };
      session.accept(await unwrap(client.POST("/api/v1/auth/login", { body: login })));
      await navigate({ to: next ?? "/", replace: true });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const fields = (["studentId", "email", "password", "fullName"] as const).filter(
        (field) => field.toLowerCase() in error.fields,
      );
      setWrong(new Set(fields));
      if (fields.length === 0) setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="mx-auto max-w-sm space-y-4 pb-12">
      <PageTitle back>{words.accounts.registerTitle}</PageTitle>
      <form noValidate onSubmit={(event) => void submit(event)} className="space-y-4">
        {problem && (
          <Banner tone="bad" alert>
            {signInMessage(problem, words, formats)}
          </Banner>
        )}
        <Field label={words.accounts.fullName} name="fullName" autoComplete="name" error={errorOf("fullName")} />
        <Field
          label={words.accounts.studentId}
          name="studentId"
          autoComplete="username"
          autoCapitalize="characters"
          spellCheck={false}
          error={errorOf("studentId")}
        />
        <Field
          label={words.accounts.email}
          name="email"
          type="email"
          autoComplete="email"
          spellCheck={false}
          error={errorOf("email")}
        />
        <PasswordField autoComplete="new-password" hint={words.accounts.passwordHint} error={errorOf("password")} />
        <Button kind="primary" type="submit" className="w-full" disabled={busy}>
          {words.register}
        </Button>
      </form>
      <p className="text-small">
        {words.accounts.hasAccount}{" "}
        <Link
          to="/sign-in"
          search={next ? { next } : {}}
          className="inline-flex min-h-12 items-center font-semibold text-accent underline underline-offset-4"
        >
          {words.signIn}
        </Link>
      </p>
    </div>
  );
}
