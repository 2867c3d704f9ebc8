import { type Language, useSpeech } from "./language";

/** The words of one face, which come with it: no other face pays for them. */
export type Catalogue<Words> = Readonly<Record<Language, Words>>;

export function useWords<Words>(catalogue: Catalogue<Words>): Words {
  return catalogue[useSpeech().language];
}
