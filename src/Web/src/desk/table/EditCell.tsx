import { useEffect, useRef, useState } from "react";

/** A value that becomes a field where it stands: Enter keeps, Escape leaves it as it was. */
export function EditCell({
  label,
  value,
  text,
  parse,
  rule,
  save,
  number,
}: {
  label: string;
  /** As it is edited. */
  value: string;
  /** As it is read. */
  text: string;
  /** Null when it makes no sense. */
  parse: (text: string) => string | null;
  rule: string;
  save: (value: string) => void;
  number?: boolean;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const editing = draft !== null;
  useEffect(() => {
    if (editing) field.current?.select();
  }, [editing]);

  if (draft === null) {
    return (
      <button
        ref={button}
        type="button"
        aria-label={`${label}: ${text}`}
        className={`h-9 min-w-12 max-w-60 truncate rounded-control border border-transparent px-2 underline decoration-dotted underline-offset-4 hover:border-edge ${number ? "-mr-2 text-right tabular-nums" : "-ml-2 text-left"}`}
        onClick={() => setDraft(value)}
      >
        {text}
      </button>
    );
  }

  const parsed = parse(draft);
  const close = () => {
    setDraft(null);
    requestAnimationFrame(() => button.current?.focus());
  };
  const keep = () => {
    if (parsed !== null && parsed !== value) save(parsed);
    close();
  };
  return (
    <input
      ref={field}
      aria-label={label}
      aria-invalid={parsed === null}
      title={parsed === null ? rule : undefined}
      value={draft}
      inputMode={number ? "decimal" : "text"}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => (parsed === null ? setDraft(null) : keep())}
      onKeyDown={(event) => {
        if (event.key === "Enter" && parsed !== null) keep();
        if (event.key === "Escape") close();
      }}
      className={`h-9 rounded-control border bg-surface px-2 ${parsed === null ? "border-bad" : "border-edge"} ${number ? "w-24 text-right" : "-ml-2 w-52"}`}
    />
  );
}
