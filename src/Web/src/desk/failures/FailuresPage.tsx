import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Permitted } from "~/accounts/Permitted";
import { client, serverNow, unwrap } from "~/api/client";
import { announce } from "~/look/announce";
import { Banner, Button, PageTitle } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import type { Fault, FaultRequest, Faults, Part } from "../now/types";
import { countdown } from "../now/units";
import { useNow } from "../now/useNow";
import { nowWords } from "../words/now";
import { type BreakablePart, breakable, FaultForm } from "./FaultForm";

const faultsQuery = {
  queryKey: ["faults"],
  queryFn: ({ signal }: { signal: AbortSignal }) => unwrap(client.GET("/api/v1/admin/chaos", { signal })),
};

export function FailuresPage() {
  return (
    <Permitted to={["admin"]}>
      <Failures />
    </Permitted>
  );
}

/** Each part, made to fail or slow for a time, and healed before it if that is enough. */
function Failures() {
  const words = useWords(nowWords);
  const { data, isError } = useQuery(faultsQuery);
  const { faults, begin, heal, busy, failed } = useFaults(data);
  return (
    <>
      <PageTitle>{words.failures.title}</PageTitle>
      <div className="max-w-4xl space-y-4">
        <p className="text-muted">{words.failures.why}</p>
        {data?.enabled === false ? (
          <Banner tone="info">{words.failures.off}</Banner>
        ) : (
          <>
            {(failed || isError) && (
              <Banner tone="bad" alert>
                {failed ? words.failures.failed : words.notReached}
              </Banner>
            )}
            {data && <FaultForm onBegin={begin} busy={busy} />}
            <PartList faults={faults} onHeal={heal} busy={busy} />
          </>
        )}
      </div>
    </>
  );
}

/** What is broken, as the stream says it second by second; right after a change, as its answer said. */
function useFaults(loaded: Faults | undefined) {
  const words = useWords(nowWords);
  const queries = useQueryClient();
  const { now } = useNow();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const [changedAt, setChangedAt] = useState(0);
  const streamed =
    now && Date.parse(now.frame.at) > changedAt ? now.frame.parts.flatMap(({ onPurpose }) => onPurpose ?? []) : null;
  const faults = (streamed ?? loaded?.faults ?? []).filter(({ endsAt }) => Date.parse(endsAt) > serverNow());

  const act = async (work: () => Promise<Faults>, said: string) => {
    setBusy(true);
    setFailed(false);
    try {
      queries.setQueryData(faultsQuery.queryKey, await work());
      setChangedAt(serverNow() + 1000);
      announce(said);
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  const begin = (body: FaultRequest) =>
    act(
      () => unwrap(client.POST("/api/v1/admin/chaos", { body })),
      words.failures.begun(words.parts[body.part as Part]),
    );
  const heal = (part: BreakablePart) =>
    act(
      () => unwrap(client.DELETE("/api/v1/admin/chaos", { params: { query: { part } } })),
      words.failures.healed(words.parts[part]),
    );
  return { faults, begin, heal, busy, failed };
}

interface PartListProps {
  faults: readonly Fault[];
  onHeal: (part: BreakablePart) => Promise<void>;
  busy: boolean;
}

function PartList({ faults, onHeal, busy }: PartListProps) {
  const words = useWords(nowWords);
  const { formats } = useSpeech();
  return (
    <ul className="space-y-2">
      {breakable.map((part) => {
        const fault = faults.find((one) => one.part === part);
        return (
          <li
            key={part}
            data-part={part}
            data-broken={fault ? fault.mode : undefined}
            className={`card flex min-h-20 flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 ${fault ? "border-warn" : ""}`}
          >
            <div className="min-w-0 grow basis-72">
              <h2 className="font-semibold">{words.parts[part]}</h2>
              <p className="text-muted text-small">
                {fault
                  ? `${words.onPurpose[fault.mode]} · ${words.failures.struck(formats.number(Number(fault.struck)))} · ${words.failures.by(fault.by, formats.time(fault.startedAt))}`
                  : words.failures.meaning[part]}
              </p>
            </div>
            {fault ? (
              <>
                <span className="min-w-24 text-right font-semibold text-large text-warn">
                  {words.failures.left(countdown(Date.parse(fault.endsAt) - serverNow(), formats))}
                </span>
                <Button
                  disabled={busy}
                  aria-label={words.failures.healOf(words.parts[part])}
                  onClick={() => void onHeal(part)}
                >
                  {words.failures.heal}
                </Button>
              </>
            ) : (
              <span className="text-good text-small">{words.failures.well}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
