import { Signal, useSignal } from "~/app/signal";
import { read, write } from "~/app/storage";
import { bn } from "./bn";
import { en, type Words } from "./en";
import { type Formats, formatsFor } from "./formats";

export type Language = "en" | "bn";

export interface Speech {
  readonly language: Language;
  readonly words: Words;
  readonly formats: Formats;
  /** A dish's or category's name in this language, as far as the catalogue knows it. */
  readonly name: (given: string) => string;
}

const key = "cafeteria.language";

function speech(language: Language): Speech {
  const words = language === "bn" ? bn : en;
  return { language, words, formats: formatsFor(language), name: (given) => words.names[given] ?? given };
}

function initial(): Language {
  const known = read(key);
  if (known === "en" || known === "bn") return known;
  return navigator.language.startsWith("bn") ? "bn" : "en";
}

export const currentSpeech = new Signal<Speech>(speech(initial()));

export function setLanguage(language: Language): void {
  write(key, language);
  document.documentElement.lang = language;
  currentSpeech.set(speech(language));
}

export function useSpeech(): Speech {
  return useSignal(currentSpeech);
}
