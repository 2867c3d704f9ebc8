import { useWords } from "~/words/useWords";
import { Sheet } from "./Sheet";
import { kitchenWords } from "./words";

export function KeysSheet({ onClose }: { onClose: () => void }) {
  const words = useWords(kitchenWords).keys;
  const keys = [
    ["1 – 9", words.ticket],
    ["R", words.recall],
    ["U", words.undo],
    ["S", words.stock],
    ["M", words.sound],
    ["?", words.help],
    ["Esc", words.escape],
  ] as const;
  return (
    <Sheet title={words.title} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-3 text-large">
        {keys.map(([key, meaning]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="inline-flex min-h-12 min-w-16 items-center justify-center rounded-control border-2 border-edge px-3 font-bold font-sans">
                {key}
              </kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
