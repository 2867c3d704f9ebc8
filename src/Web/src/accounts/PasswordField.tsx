import { useState } from "react";
import { EyeIcon } from "~/look/icons";
import { Field } from "~/look/parts";
import { useSpeech } from "~/words/language";

interface Props {
  readonly autoComplete: "current-password" | "new-password";
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly name?: string;
  readonly label?: string;
  readonly minLength?: number;
}

export function PasswordField({ autoComplete, hint, error, name = "password", label, minLength }: Props) {
  const { words } = useSpeech();
  const [shown, setShown] = useState(false);
  return (
    <Field
      label={label ?? words.accounts.password}
      name={name}
      type={shown ? "text" : "password"}
      autoComplete={autoComplete}
      spellCheck={false}
      required
      error={error}
      {...(hint && { hint })}
      {...(minLength && { minLength })}
    >
      <button
        type="button"
        aria-label={shown ? words.accounts.hide : words.accounts.show}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="inline-flex size-12 items-center justify-center text-muted"
      >
        <EyeIcon />
      </button>
    </Field>
  );
}
