import type { Catalogue } from "~/words/useWords";
import { nowBn } from "./nowBn";
import { type NowWords, nowEn } from "./nowEn";

/** The words of Now and of the failures on purpose. */
export const nowWords: Catalogue<NowWords> = { en: nowEn, bn: nowBn };
