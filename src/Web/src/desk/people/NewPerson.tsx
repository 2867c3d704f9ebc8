import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Role } from "~/accounts/places";
import { client, unwrap } from "~/api/client";
import { Button } from "~/look/parts";
import { useWords } from "~/words/useWords";
import { saying, useAct } from "../books/acting";
import { Choice, Details, Filter } from "../table/parts";
import { booksWords } from "../words/books";
import { useRoleChoices } from "./PeoplePage";
import { TemporaryPassword } from "./PersonDetails";

export function NewPerson({ close }: { close: () => void }) {
  const words = useWords(booksWords);
  const choices = useRoleChoices();
  const queries = useQueryClient();
  const [made, setMade] = useState<{ login: string; password: string } | null>(null);
  const refusals = {
    account_exists: words.person.taken,
    forbidden: words.person.above,
    invalid_request: words.person.loginRule,
  };
  const add = useAct(
    async (body: { login: string; fullName: string; role: Role; email: string | null }) => {
      const { staff, temporaryPassword } = await unwrap(client.POST("/api/v1/staff", { body }));
      setMade({ login: staff.login, password: temporaryPassword });
    },
    () => queries.invalidateQueries({ queryKey: ["staff"] }),
    refusals,
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    add.mutate({
      login: String(form.get("login")).trim(),
      fullName: String(form.get("name")).trim(),
      role: String(form.get("role")) as Role,
      email: String(form.get("email")).trim() || null,
    });
  };
  return (
    <Details title={words.person.new} close={close}>
      {made ? (
        <TemporaryPassword login={made.login} password={made.password} />
      ) : (
        <form onSubmit={submit} className="space-y-3">
          <Filter
            label={words.person.login}
            name="login"
            required
            pattern="[A-Za-z0-9_\-]{3,40}"
            title={words.person.loginRule}
            autoComplete="off"
          />
          <Filter label={words.person.name} name="name" required maxLength={100} autoComplete="off" />
          <Filter label={words.person.email} name="email" type="email" maxLength={254} autoComplete="off" />
          <Choice label={words.person.role} name="role" defaultValue="kitchen" choices={choices} />
          {add.error && (
            <p role="alert" className="text-bad text-small">
              {saying(add.error, words, refusals)}
            </p>
          )}
          <Button type="submit" kind="primary" className="w-full" disabled={add.isPending}>
            {words.person.add}
          </Button>
        </form>
      )}
    </Details>
  );
}
