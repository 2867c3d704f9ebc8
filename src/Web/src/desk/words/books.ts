import type { Catalogue } from "~/words/useWords";
import { booksBn } from "./booksBn";
import { type BooksWords, booksEn } from "./booksEn";

/** The words of the desk's tables: menu, stock, orders, people, stations and reports. */
export const booksWords: Catalogue<BooksWords> = { en: booksEn, bn: booksBn };
