import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { nowWords } from "../words/now";
import type { StationLoad } from "./types";

/** How many cooks of each station are at work, and how many tickets wait for one. */
export function Stations({ stations }: { stations: readonly StationLoad[] }) {
  const words = useWords(nowWords);
  const { formats } = useSpeech();
  return (
    <section aria-labelledby="stations" className="card p-3">
      <h2 id="stations" className="font-semibold text-small">
        {words.stations}
      </h2>
      {stations.length === 0 && <p className="py-2 text-muted text-small">{words.noStations}</p>}
      <ul className="mt-1 max-h-32 space-y-2 overflow-y-auto">
        {stations.map(({ id, name, cooks, cooking, queued, answers }) => (
          <li key={id} data-station={id} className="text-small">
            <div className="flex flex-wrap gap-x-2">
              <span className="mr-auto font-medium">{name}</span>
              {answers ? (
                <span className="text-muted">
                  {words.load(formats.number(cooking), formats.number(cooks), formats.number(queued))}
                </span>
              ) : (
                <span className="text-bad">{words.noAnswer}</span>
              )}
            </div>
            <div aria-hidden="true" className="mt-1 flex h-2 overflow-hidden rounded-full bg-raised">
              <div
                className="bg-accent"
                style={{ width: `${cooks > 0 ? Math.min(100, (cooking / cooks) * 100) : 0}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
