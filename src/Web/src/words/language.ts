import { Signal, useSignal } from "~/app/signal";
import { read, write } from "~/app/storage";
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

async function catalogue(language: Language): Promise<Words> {
  return language === "bn" ? (await import("./bn")).bn : en;
}

function speech(language: Language, words: Words): Speech {
  return { language, words, formats: formatsFor(language), name: (given) => words.names[given] ?? given };
}

function initial(): Language {
  const known = read(key);
  if (known === "en" || known === "bn") return known;
  return navigator.language.startsWith("bn") ? "bn" : "en";
}

export const currentSpeech = new Signal<Speech>(speech("en", en));

async function speak(language: Language): Promise<void> {
  const words = await catalogue(language);
  document.documentElement.lang = language;
  currentSpeech.set(speech(language, words));
}

/** Before the first paint, so that no page is seen in two languages. Without its catalogue a page is in English. */
export function loadLanguage(): Promise<void> {
  return speak(initial()).catch(() => speak("en"));
}

export function setLanguage(language: Language): void {
  write(key, language);
  void speak(language).catch(() => {});
}

export function useSpeech(): Speech {
  return useSignal(currentSpeech);
}
