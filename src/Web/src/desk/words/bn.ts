import type { DeskWords } from "./en";

export const bn: DeskWords = {
  title: "ডেস্ক",
  rail: {
    now: "এখন",
    orders: "অর্ডার",
    menu: "মেনু",
    stock: "মজুত",
    kitchen: "রান্নাঘর",
    people: "কর্মী",
    reports: "প্রতিবেদন",
    failures: "ইচ্ছাকৃত ত্রুটি",
  },
};
