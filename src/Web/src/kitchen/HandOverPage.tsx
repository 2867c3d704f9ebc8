import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useCallback, useEffect, useRef, useState } from "react";
import { Button } from "~/look/parts";
import { useWords } from "~/words/useWords";
import { Camera, canScan } from "./Camera";
import { FoundOrder } from "./FoundOrder";
import { findOrder } from "./findOrder";
import { KitchenBar } from "./KitchenBar";
import { readScan, type Scanned } from "./scan";
import { kitchenWords } from "./words";

/** The counter: a code or a number in, the order large, one press and it is handed over. */
export function HandOverPage() {
  const words = useWords(kitchenWords).handOver;
  const [asked, setAsked] = useState<{ readonly scanned: Scanned; readonly turn: number } | null>(null);
  const [unreadable, setUnreadable] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useTypedAnywhere(field);

  const ask = useCallback((text: string) => {
    const scanned = readScan(text);
    setUnreadable(scanned === null);
    setAsked((before) => scanned && { scanned, turn: (before?.turn ?? 0) + 1 });
  }, []);

  const found = useQuery({
    queryKey: ["kitchen", "hand-over", asked],
    queryFn: ({ signal }) => asked && findOrder(asked.scanned, signal),
    enabled: asked !== null,
    gcTime: 0,
    retry: 2,
    // It becomes ready while somebody waits at the counter.
    refetchInterval: (query) => {
      const status = query.state.data?.status;
      return status === "pending" || status === "stock_verified" || status === "in_kitchen" ? 2000 : false;
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    const input = field.current;
    if (!input || input.value.trim() === "") return;
    ask(input.value);
    // The next scan shall not be added to this one.
    input.select();
  }

  const again = () => {
    setAsked(null);
    if (field.current) {
      field.current.value = "";
      field.current.focus();
    }
  };

  return (
    <>
      <KitchenBar lostFor={null} from="" />
      <main className="mx-auto max-w-3xl space-y-6 p-4 pb-16">
        <h1 className="font-bold text-title">{words.title}</h1>
        <form onSubmit={submit} className="space-y-2">
          <label htmlFor="hand-over-number" className="block font-medium text-large">
            {words.label}
          </label>
          <div className="flex gap-3">
            <input
              ref={field}
              id="hand-over-number"
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              enterKeyHint="search"
              maxLength={200}
              // biome-ignore lint/a11y/noAutofocus: the page is this field; a scanner types into it at once.
              autoFocus
              aria-describedby="hand-over-hint"
              className="h-16 w-full min-w-0 rounded-control border-2 border-edge bg-surface px-4 font-semibold text-title uppercase"
            />
            <Button type="submit" kind="primary" className="px-6 text-large">
              {words.find}
            </Button>
          </div>
          <p id="hand-over-hint" className="text-muted">
            {words.hint}
          </p>
        </form>
        {canScan && <Camera onCode={ask} />}
        <div aria-live="polite">
          {unreadable && <p className="text-bad text-large">{words.unreadable}</p>}
          {asked && found.isError && <p className="text-bad text-large">{words.failed}</p>}
          {asked && found.data === null && !found.isFetching && (
            <p className="text-bad text-large">
              {asked.scanned.kind === "number" ? words.notFound(asked.scanned.number) : words.noSuchCode}
            </p>
          )}
          {asked && found.data && <FoundOrder key={asked.turn} order={found.data} onNext={again} />}
        </div>
      </main>
    </>
  );
}

/** A scanner is a keyboard that types fast: what is typed anywhere on the page belongs in the field. */
function useTypedAnywhere(field: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.altKey || event.metaKey) return;
      const input = field.current;
      if (!input || document.activeElement === input) return;
      input.value = "";
      input.focus();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [field]);
}
