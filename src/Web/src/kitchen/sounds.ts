import { Signal } from "~/app/signal";
import { read, write } from "~/app/storage";

export type Sound = "new" | "late";

/** At most one sound in a second: what comes meanwhile is said once after it, lateness first. */
export class Pacer {
  readonly #play: (sound: Sound) => void;
  readonly #now: () => number;
  readonly #later: (work: () => void, ms: number) => void;
  readonly #waiting = new Set<Sound>();
  #quietUntil = 0;
  #planned = false;

  constructor(play: (sound: Sound) => void, now: () => number, later: (work: () => void, ms: number) => void) {
    this.#play = play;
    this.#now = now;
    this.#later = later;
  }

  say(sound: Sound): void {
    this.#waiting.add(sound);
    this.#next();
  }

  #next(): void {
    if (this.#planned || this.#waiting.size === 0) return;
    const left = this.#quietUntil - this.#now();
    if (left > 0) {
      this.#planned = true;
      this.#later(() => {
        this.#planned = false;
        this.#next();
      }, left);
      return;
    }
    const sound = this.#waiting.has("late") ? "late" : "new";
    this.#waiting.delete(sound);
    this.#quietUntil = this.#now() + 1000;
    this.#play(sound);
    this.#next();
  }
}

const tones: Record<Sound, readonly { readonly pitch: number; readonly at: number; readonly for: number }[]> = {
  new: [
    { pitch: 659.25, at: 0, for: 0.16 },
    { pitch: 987.77, at: 0.14, for: 0.3 },
  ],
  late: [
    { pitch: 329.63, at: 0, for: 0.2 },
    { pitch: 329.63, at: 0.26, for: 0.2 },
    { pitch: 261.63, at: 0.52, for: 0.34 },
  ],
};

const key = "cafeteria.kitchen.sound";
let context: AudioContext | null = null;

/** "wanted": switched on, but the browser waits for a touch or a key before it lets a page be heard. */
export const soundState = new Signal<"on" | "off" | "wanted">(read(key) === "on" ? "wanted" : "off");

/** From a touch or a key alone: browsers let no page be heard before. */
export async function turnSound(on: boolean): Promise<void> {
  write(key, on ? "on" : null);
  if (!on) return soundState.set("off");
  try {
    context ??= new AudioContext();
    await context.resume();
    soundState.set("on");
    play("new");
  } catch {
    soundState.set("wanted");
  }
}

function play(sound: Sound): void {
  if (!context || soundState.get() !== "on") return;
  for (const { pitch, at, for: length } of tones[sound]) {
    const start = context.currentTime + at;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.type = sound === "late" ? "square" : "sine";
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(sound === "late" ? 0.12 : 0.3, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + length);
  }
}

const pacer = new Pacer(
  play,
  () => performance.now(),
  (work, ms) => setTimeout(work, ms),
);

export const say = (sound: Sound) => pacer.say(sound);
