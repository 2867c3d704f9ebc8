import { type ComponentProps, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { CloseIcon } from "~/look/icons";
import { Banner, Button, IconButton } from "~/look/parts";
import { useWords } from "~/words/useWords";
import { booksWords } from "../words/books";

/** Above a table: what narrows it, and what begins something new. */
export function Toolbar({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-end gap-3 pb-3">{children}</div>;
}

const control = "h-10 w-full rounded-control border border-edge bg-surface px-3 text-small";

export function Filter({ label, ...rest }: ComponentProps<"input"> & { label: string }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="block text-muted text-tiny">
        {label}
      </label>
      <input id={id} {...rest} className={control} />
    </div>
  );
}

/** From one day to another, both inclusive. */
export function DayFilters({
  from,
  to,
  change,
}: {
  from: string | undefined;
  to: string | undefined;
  change: (days: { from: string } | { to: string }) => void;
}) {
  const words = useWords(booksWords);
  return (
    <>
      <Filter
        label={words.order.from}
        type="date"
        value={from ?? ""}
        onChange={(event) => change({ from: event.target.value })}
      />
      <Filter
        label={words.order.to}
        type="date"
        value={to ?? ""}
        onChange={(event) => change({ to: event.target.value })}
      />
    </>
  );
}

/** Searches as one types, a moment after; what is typed meanwhile is never lost. */
export function SearchFilter({
  label,
  value,
  search,
}: {
  label: string;
  value: string;
  search: (text: string) => void;
}) {
  const [draft, setDraft] = useState(value);
  const asked = useRef(value);
  const ask = useRef(search);
  ask.current = search;
  useEffect(() => {
    if (value === asked.current) return;
    asked.current = value;
    setDraft(value);
  }, [value]);
  useEffect(() => {
    if (draft === asked.current) return;
    const timer = setTimeout(() => {
      asked.current = draft;
      ask.current(draft);
    }, 250);
    return () => clearTimeout(timer);
  }, [draft]);
  return (
    <Filter
      type="search"
      label={label}
      value={draft}
      maxLength={100}
      onChange={(event) => setDraft(event.target.value)}
    />
  );
}

export function Choice({
  label,
  choices,
  hidden,
  ...rest
}: ComponentProps<"select"> & { label: string; choices: Readonly<Record<string, string>>; hidden?: boolean }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className={hidden ? "sr-only" : "block text-muted text-tiny"}>
        {label}
      </label>
      <select id={id} {...rest} className={hidden ? "h-9 rounded-control border border-edge bg-surface px-2" : control}>
        {Object.entries(choices).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

const small =
  "inline-flex h-9 min-w-12 items-center justify-center rounded-control border px-3 text-small disabled:opacity-60";

export const smallButton = `${small} border-edge bg-surface hover:bg-raised`;

/** One of several that stand side by side. */
export const tabClass = (chosen: boolean) =>
  `${small} cursor-pointer has-focus-visible:outline-3 has-focus-visible:outline-accent ${chosen ? "border-accent bg-accent-soft font-semibold" : "border-edge bg-surface hover:bg-raised"}`;

/** The details of one row, beside the table; the page stays where it is. */
export function Details({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  const words = useWords(booksWords);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <aside
      aria-label={title}
      className="card mb-6 space-y-5 p-4 xl:sticky xl:top-4 xl:max-h-[calc(100dvh-2rem)] xl:w-[400px] xl:shrink-0 xl:overflow-auto"
      onKeyDown={(event) => event.key === "Escape" && !(event.target instanceof HTMLInputElement) && close()}
    >
      <div className="flex items-center justify-between gap-2">
        <h2 ref={heading} tabIndex={-1} className="font-semibold text-large wrap-break-word outline-none">
          {title}
        </h2>
        <IconButton label={words.close} onClick={close}>
          <CloseIcon />
        </IconButton>
      </div>
      {children}
    </aside>
  );
}

export function WithDetails({ children, details }: { children: ReactNode; details: ReactNode }) {
  return (
    <div className="flex flex-col-reverse gap-4 xl:flex-row xl:items-start">
      <div className="min-w-0 grow">{children}</div>
      {details}
    </div>
  );
}

/** For what cannot be undone: the name is typed, so that no hand does it by itself. */
export function TypedConfirm({
  name,
  action,
  busy,
  confirm,
  kind = "danger",
}: {
  name: string;
  action: string;
  busy: boolean;
  confirm: () => void;
  kind?: "danger" | "plain";
}) {
  const words = useWords(booksWords);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  if (!open) {
    return (
      <Button kind={kind} className="w-full" onClick={() => setOpen(true)}>
        {action}
      </Button>
    );
  }
  const same = typed.trim().toLowerCase() === name.toLowerCase();
  return (
    <form
      className="space-y-2 rounded-card border border-edge p-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (same && !busy) confirm();
      }}
    >
      <Filter
        label={words.typeToConfirm(name)}
        value={typed}
        autoComplete="off"
        autoFocus
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button kind={kind} type="submit" disabled={!same || busy} className="w-full disabled:opacity-60">
        {action}
      </Button>
    </form>
  );
}

/** What a list shows when it has nothing to show. */
export function ListState({ loading, failed, empty }: { loading: boolean; failed: boolean; empty: string | null }) {
  const words = useWords(booksWords);
  if (failed) {
    return (
      <Banner tone="warn" alert>
        {words.failedLoad}
      </Banner>
    );
  }
  if (loading) {
    return (
      <div role="status" aria-label={words.loading} className="space-y-px overflow-hidden rounded-card">
        {[0, 1, 2, 3, 4, 5].map((row) => (
          <div key={row} className="h-10 animate-breathe bg-raised" />
        ))}
      </div>
    );
  }
  return empty ? <p className="card p-6 text-muted">{empty}</p> : null;
}
