import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { currentUser } from "~/accounts/current";
import { staffWords } from "~/accounts/staffWords";
import { client, unwrap } from "~/api/client";
import { useSignal } from "~/app/signal";
import { announce } from "~/look/announce";
import { Button } from "~/look/parts";
import { useWords } from "~/words/useWords";
import { AuditList } from "../books/AuditList";
import { useAct } from "../books/acting";
import type { Person } from "../books/types";
import { Details, TypedConfirm } from "../table/parts";
import { booksWords } from "../words/books";
import { PersonState, useRoleChoices, useSavePerson } from "./PeoplePage";

export function PersonDetails({ person, close }: { person: Person; close: () => void }) {
  const words = useWords(booksWords);
  const { roles } = useWords(staffWords);
  const own = useSignal(currentUser)?.id === person.login;
  const mayAct = useRoleChoices()[person.role] !== undefined;
  const queries = useQueryClient();
  const [password, setPassword] = useState<string | null>(null);
  const after = () =>
    Promise.all(
      [["staff"], ["audit", `staff/${person.login}`]].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
  const params = { path: { login: person.login } };
  const save = useSavePerson();
  const unlock = useAct(async () => {
    await unwrap(client.POST("/api/v1/staff/{login}/unlock", { params }));
    announce(words.person.didUnlock(person.login));
  }, after);
  const signOut = useAct(async () => {
    await unwrap(client.POST("/api/v1/staff/{login}/sign-out", { params }));
    announce(words.person.didSignOut(person.login));
  }, after);
  const reset = useAct(async () => {
    const { temporaryPassword } = await unwrap(client.POST("/api/v1/staff/{login}/password", { params }));
    setPassword(temporaryPassword);
  }, after);

  return (
    <Details title={person.fullName} close={close}>
      <p className="text-small wrap-break-word">
        {person.login} · {roles[person.role]} · <PersonState person={person} />
        {person.email && <span className="block text-muted">{person.email}</span>}
      </p>
      {password && <TemporaryPassword login={person.login} password={password} />}
      {mayAct && (
        <div className="flex flex-col gap-2">
          {person.lockedUntil && <Button onClick={() => unlock.mutate()}>{words.person.unlock}</Button>}
          <Button
            disabled={signOut.isPending || person.sessions === 0}
            className="disabled:opacity-60"
            onClick={() => signOut.mutate()}
          >
            {words.person.signOut}
          </Button>
          {!own && (
            <Button onClick={() => save.mutate({ person, change: { disabled: !person.disabled } })}>
              {person.disabled ? words.person.enable : words.person.disable}
            </Button>
          )}
          <TypedConfirm
            key={password ?? ""}
            name={person.login}
            action={words.person.password}
            busy={reset.isPending}
            confirm={() => reset.mutate()}
          />
        </div>
      )}
      <AuditList about={`staff/${person.login}`} />
    </Details>
  );
}

export function TemporaryPassword({ login, password }: { login: string; password: string }) {
  const words = useWords(booksWords);
  return (
    <div role="status" className="space-y-2 rounded-card bg-good-soft p-4 text-good">
      <p className="text-small">{words.person.temporary(login)}</p>
      <p className="font-mono font-semibold text-large select-all" data-password="">
        {password}
      </p>
    </div>
  );
}
