import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { nowWords } from "../words/now";
import type { NowWords } from "../words/nowEn";
import type { PartHealth } from "./types";
import { duration } from "./units";

/** Each part in words; the mark before it differs in shape, not in colour alone. */
export function HealthGrid({ parts }: { parts: readonly PartHealth[] }) {
  const words = useWords(nowWords);
  const { formats } = useSpeech();
  return (
    <section aria-labelledby="health" className="card p-3">
      <h2 id="health" className="font-semibold text-small">
        {words.health}
      </h2>
      <dl className="mt-1 divide-y divide-line">
        {parts.map((part) => (
          <div key={part.part} data-part={part.part} className="flex min-h-8 items-center gap-2 py-0.5 text-small">
            <Mark part={part} />
            <dt className="mr-auto">{words.parts[part.part]}</dt>
            <dd className={`text-right ${tone(part)}`}>
              {saying(part, words)}
              {part.seconds !== null && <span className="text-muted"> · {duration(part.seconds, formats, words)}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function saying(part: PartHealth, words: NowWords): string {
  return part.onPurpose ? words.onPurpose[part.onPurpose.mode] : words.states[part.state];
}

function tone(part: PartHealth): string {
  if (part.onPurpose || part.state === "slow" || part.state === "waiting_for_database") return "text-warn font-medium";
  return part.state === "ok" ? "" : "text-bad font-medium";
}

function Mark({ part }: { part: PartHealth }) {
  const well = part.state === "ok" && !part.onPurpose;
  const uneasy = part.onPurpose || part.state === "slow" || part.state === "waiting_for_database";
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false" className="shrink-0">
      {well ? (
        <circle cx="6" cy="6" r="5" className="fill-good" />
      ) : uneasy ? (
        <path d="M6 0.500 11.500 11H0.500z" className="fill-warn" />
      ) : (
        <path d="M1 1h10v10H1z" className="fill-bad" />
      )}
    </svg>
  );
}
