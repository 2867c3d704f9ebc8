import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "~/api/client";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { booksWords } from "../words/books";
import type { AuditEntry } from "./types";

/** Who changed this and when, newest first. */
export function AuditList({ about }: { about: string }) {
  const words = useWords(booksWords);
  const { data } = useQuery({
    queryKey: ["audit", about],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/audit", { params: { query: { about, limit: 20 } }, signal })),
  });
  return (
    <section>
      <h3 className="pb-2 font-semibold">{words.changes}</h3>
      {data?.items.length === 0 && <p className="text-muted text-small">{words.noChanges}</p>}
      <ol className="space-y-2">
        {data?.items.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const words = useWords(booksWords);
  const { formats } = useSpeech();
  return (
    <li className="text-small">
      <p className="wrap-break-word">
        <span className="font-medium">{words.actions[entry.action]}</span>
        <span className="text-muted">
          {" "}
          · {entry.byName} ({entry.by}) ·{" "}
          <time dateTime={entry.at}>{`${formats.day(entry.at)} ${formats.exactTime(entry.at)}`}</time>
        </span>
      </p>
      <ul className="text-muted text-tiny">
        {entry.changes.map((change) => (
          <li key={change.field} className="wrap-break-word">
            {words.fields[change.field] ?? change.field}:{" "}
            {[change.before, change.after].filter((value) => value !== null).join(" → ")}
          </li>
        ))}
      </ul>
    </li>
  );
}
