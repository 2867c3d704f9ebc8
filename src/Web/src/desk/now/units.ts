import type { Formats } from "~/words/formats";
import type { NowWords } from "../words/nowEn";

/** As short as it can be said: 12 ms, 1.4 s. */
export function duration(seconds: number | null, formats: Formats, words: NowWords): string {
  if (seconds === null) return "–";
  if (seconds >= 0.0995) return words.seconds(formats.number(Math.round(seconds * 10) / 10));
  if (seconds < 0.001) return words.underMillisecond;
  return words.milliseconds(formats.number(Math.round(seconds * 1000)));
}

/** 0:23, as a clock counts down. */
export function countdown(milliseconds: number, formats: Formats): string {
  const left = Math.max(0, Math.ceil(milliseconds / 1000));
  const rest = left % 60;
  return `${formats.number(Math.floor(left / 60))}:${rest < 10 ? formats.number(0) : ""}${formats.number(rest)}`;
}
