import { useQuery, useQueryClient } from "@tanstack/react-query";
import { currentUser } from "~/accounts/current";
import { Permitted } from "~/accounts/Permitted";
import { mayDo, type Role } from "~/accounts/places";
import { staffWords } from "~/accounts/staffWords";
import { client, unwrap } from "~/api/client";
import { useSignal } from "~/app/signal";
import { Button, PageTitle } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { matches } from "~/words/names";
import { useWords } from "~/words/useWords";
import { useAct } from "../books/acting";
import { before, changed } from "../books/seen";
import type { Person } from "../books/types";
import { type Column, DeskTable } from "../table/DeskTable";
import { EditCell } from "../table/EditCell";
import { useFilters } from "../table/filters";
import { Choice, ListState, SearchFilter, Toolbar, WithDetails } from "../table/parts";
import { offerUndo, UndoBar } from "../table/undo";
import { booksWords } from "../words/books";
import { NewPerson } from "./NewPerson";
import { PersonDetails } from "./PersonDetails";

export const staffRoles = ["waiter", "kitchen", "manager", "admin", "super_admin"] as const;

/** The roles that somebody may give: none above their own. */
export function useRoleChoices(): Record<string, string> {
  const { roles } = useWords(staffWords);
  const own: Role = useSignal(currentUser)?.role ?? "student";
  return Object.fromEntries(staffRoles.filter((role) => mayDo(own, role)).map((role) => [role, roles[role]]));
}

/** Changes somebody as they stand now, unless another has changed the same of them since they were seen. */
async function savePerson(seen: Person, change: Partial<Person>): Promise<Person> {
  const { items } = await unwrap(client.GET("/api/v1/staff"));
  const person = items.find(({ login }) => login === seen.login) ?? seen;
  const { fullName, role, disabled } = changed(person, seen, change);
  return unwrap(
    client.PUT("/api/v1/staff/{login}", {
      params: { path: { login: person.login } },
      body: { fullName, role, disabled },
    }),
  );
}

/** Says what was saved and offers to take it back; role and use end sessions, which no undo brings back. */
export function useSavePerson() {
  const words = useWords(booksWords);
  const queries = useQueryClient();
  const after = () => Promise.all([["staff"], ["audit"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
  return useAct(
    async ({ person, change }: { person: Person; change: Partial<Person> }) => {
      const saved = await savePerson(person, change);
      offerUndo(words.saved(person.login), () => savePerson(saved, before(person, change)).finally(after));
    },
    after,
    { last_admin: words.person.lastAdmin, forbidden: words.person.above },
  );
}

export function PeoplePage() {
  return (
    <Permitted to={["admin"]}>
      <People />
    </Permitted>
  );
}

function People() {
  const words = useWords(booksWords);
  const [filters, setFilters] = useFilters();
  const { data, failureCount, isLoading } = useQuery({
    queryKey: ["staff"],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/staff", { signal })),
    refetchInterval: 10_000,
    retry: 1_000_000,
  });
  const rows = (data?.items ?? []).filter((person) => matches(filters.q ?? "", person.login, person.fullName));
  const open = data?.items.find((person) => person.login === filters.open);
  const close = () => setFilters({ open: null });
  const columns = useColumns((login) => setFilters({ open: login }));
  return (
    <>
      <PageTitle>{words.people}</PageTitle>
      <WithDetails
        details={
          filters.open === "new" ? (
            <NewPerson close={close} />
          ) : open ? (
            <PersonDetails key={open.login} person={open} close={close} />
          ) : null
        }
      >
        <Toolbar>
          <SearchFilter label={words.search} value={filters.q ?? ""} search={(q) => setFilters({ q })} />
          <Button kind="primary" className="ml-auto" onClick={() => setFilters({ open: "new" })}>
            {words.person.new}
          </Button>
        </Toolbar>
        <ListState
          loading={isLoading && failureCount === 0}
          failed={failureCount > 0}
          empty={data && rows.length === 0 ? words.none : null}
        />
        {rows.length > 0 && (
          <DeskTable
            caption={words.people}
            columns={columns}
            rows={rows}
            rowKey={(person) => person.login}
            current={open?.login}
            file="people"
          />
        )}
      </WithDetails>
      <UndoBar />
    </>
  );
}

function useColumns(open: (login: string) => void): Column<Person>[] {
  const words = useWords(booksWords);
  const { roles } = useWords(staffWords);
  const { formats } = useSpeech();
  const choices = useRoleChoices();
  const own = useSignal(currentUser)?.id;
  const save = useSavePerson();
  return [
    {
      key: "login",
      head: words.person.login,
      csv: (person) => person.login,
      cell: (person) => (
        <button
          type="button"
          className="min-h-9 whitespace-nowrap text-left font-medium underline-offset-4 hover:underline"
          onClick={() => open(person.login)}
        >
          {person.login}
          {person.login === own && <span className="font-normal text-muted"> ({words.person.you})</span>}
        </button>
      ),
    },
    {
      key: "name",
      head: words.person.name,
      csv: (person) => person.fullName,
      cell: (person) => (
        <EditCell
          label={words.edit(words.person.name, person.login)}
          value={person.fullName}
          text={person.fullName}
          parse={(text) => (text.trim().length >= 1 && text.trim().length <= 100 ? text.trim() : null)}
          rule={words.person.name}
          save={(fullName) => save.mutate({ person, change: { fullName } })}
        />
      ),
    },
    {
      key: "role",
      head: words.person.role,
      csv: (person) => roles[person.role],
      cell: (person) =>
        choices[person.role] && person.login !== own ? (
          <Choice
            hidden
            label={words.edit(words.person.role, person.login)}
            value={person.role}
            choices={choices}
            onChange={(event) => save.mutate({ person, change: { role: event.target.value as Role } })}
          />
        ) : (
          roles[person.role]
        ),
    },
    {
      key: "state",
      head: words.person.state,
      csv: (person) => (person.disabled ? words.person.disabled : words.person.active),
      cell: (person) => <PersonState person={person} />,
    },
    {
      key: "sessions",
      head: words.person.sessions,
      number: true,
      csv: (person) => person.sessions,
      cell: (person) => formats.number(person.sessions),
    },
  ];
}

export function PersonState({ person }: { person: Person }) {
  const words = useWords(booksWords);
  const { formats } = useSpeech();
  if (person.disabled) return <span className="rounded-full bg-raised px-2 text-muted">{words.person.disabled}</span>;
  if (person.lockedUntil) {
    return (
      <span className="rounded-full bg-warn-soft px-2 font-medium text-warn">
        {words.person.locked(formats.exactTime(person.lockedUntil))}
      </span>
    );
  }
  return <span className="text-muted">{words.person.active}</span>;
}
