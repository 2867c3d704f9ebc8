import { type ReactNode, useId, useState } from "react";
import { Button } from "~/look/parts";
import { useWords } from "~/words/useWords";
import type { FaultRequest } from "../now/types";
import { nowWords } from "../words/now";

export const breakable = ["gateway", "identity", "stock", "kitchen", "notifications"] as const;
export type BreakablePart = (typeof breakable)[number];

const modes = ["error", "latency", "crash"] as const;
// Written out, for the keys of an object that look like numbers come in the order of numbers.
const shares = ["1", "0.5", "0.25", "0.1"] as const;
const times = ["15", "30", "60", "120", "300", "600"] as const;
const extras = ["500", "1500", "3000", "5000"] as const;

export function FaultForm({ onBegin, busy }: { onBegin: (body: FaultRequest) => Promise<void>; busy: boolean }) {
  const words = useWords(nowWords);
  const [part, setPart] = useState<BreakablePart>("stock");
  const [mode, setMode] = useState<(typeof modes)[number]>("error");
  const [share, setShare] = useState<(typeof shares)[number]>("1");
  const [time, setTime] = useState<(typeof times)[number]>("30");
  const [extra, setExtra] = useState<(typeof extras)[number]>("1500");
  const begin = () =>
    onBegin({
      part,
      mode,
      rate: Number(share),
      for: Number(time),
      ...(mode === "latency" && { latencyMs: Number(extra) }),
    });

  return (
    <form
      className="card space-y-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <Choice name="part" label={words.failures.part} value={part} onChange={setPart} options={breakable}>
          {(option) => words.parts[option]}
        </Choice>
        <Choice name="mode" label={words.failures.mode} value={mode} onChange={setMode} options={modes}>
          {(option) => words.failures.modes[option]}
        </Choice>
        {mode === "latency" && (
          <Choice name="extra" label={words.failures.extra} value={extra} onChange={setExtra} options={extras}>
            {(option) => words.failures.extras[option]}
          </Choice>
        )}
        <Choice name="share" label={words.failures.share} value={share} onChange={setShare} options={shares}>
          {(option) => words.failures.shares[option]}
        </Choice>
        <Choice name="time" label={words.failures.time} value={time} onChange={setTime} options={times}>
          {(option) => words.failures.times[option]}
        </Choice>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" kind="danger" disabled={busy}>
          {words.failures.begin(words.parts[part])}
        </Button>
        <p className="text-muted text-small">{words.failures.adminsOnly}</p>
      </div>
    </form>
  );
}

interface ChoiceProps<T extends string> {
  name: string;
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly T[];
  children: (option: T) => ReactNode;
}

function Choice<T extends string>({ name, label, value, onChange, options, children }: ChoiceProps<T>) {
  const id = useId();
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block font-medium text-small">
        {label}
      </label>
      <select
        id={id}
        name={name}
        value={value}
        onChange={(event) => onChange(event.target.value as T)}
        className="h-12 w-full rounded-control border border-edge bg-surface px-3 text-base"
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {children(option)}
          </option>
        ))}
      </select>
    </div>
  );
}
