import { expect, it } from "vitest";
import { Pacer, type Sound } from "./sounds";

it("makes at most one sound in a second, and says lateness first", () => {
  let now = 5000;
  const played: [number, Sound][] = [];
  const plans: { readonly at: number; readonly work: () => void }[] = [];
  const pacer = new Pacer(
    (sound) => played.push([now, sound]),
    () => now,
    (work, ms) => plans.push({ at: now + ms, work }),
  );
  const pass = (to: number) => {
    now = to;
    for (const plan of plans.splice(0)) plan.at <= now ? plan.work() : plans.push(plan);
  };

  pacer.say("new");
  for (let i = 0; i < 20; i++) pacer.say("new");
  pacer.say("late");
  pass(5999);
  expect(played).toEqual([[5000, "new"]]);
  pass(6000);
  pass(7000);
  pass(8000);
  expect(played).toEqual([
    [5000, "new"],
    [6000, "late"],
    [7000, "new"],
  ]);
  pacer.say("late");
  expect(played.at(-1)).toEqual([8000, "late"]);
});
