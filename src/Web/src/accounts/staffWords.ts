import type { Catalogue } from "~/words/useWords";
import type { homeOf, Role } from "./places";

interface StaffWords {
  readonly notYours: string;
  readonly whoCan: (roles: readonly string[]) => string;
  readonly youAre: (role: string) => string;
  readonly roles: Record<Role, string>;
  /** The way to where somebody works. */
  readonly faces: Record<ReturnType<typeof homeOf>, string>;
}

const en: StaffWords = {
  notYours: "This page is for others",
  whoCan: (roles) => `It opens for: ${roles.join(", ")}, and who stands above them.`,
  youAre: (role) => `You are signed in as: ${role}. A manager can change that.`,
  roles: {
    student: "student",
    waiter: "waiter",
    kitchen: "kitchen",
    manager: "manager",
    admin: "admin",
    super_admin: "admin of all cafeterias",
  },
  faces: {
    "/": "To the menu",
    "/kitchen": "To the kitchen",
    "/kitchen/hand-over": "To hand-over",
    "/desk": "To the desk",
  },
};

const bn: StaffWords = {
  notYours: "এই পাতা অন্যদের জন্য",
  whoCan: (roles) => `খুলতে পারেন: ${roles.join(", ")} এবং তাঁদের উপরের দায়িত্বে যাঁরা।`,
  youAre: (role) => `আপনি সাইন ইন করেছেন ${role} হিসেবে। ব্যবস্থাপক তা বদলাতে পারেন।`,
  roles: {
    student: "শিক্ষার্থী",
    waiter: "পরিবেশক",
    kitchen: "রান্নাঘরের কর্মী",
    manager: "ব্যবস্থাপক",
    admin: "প্রশাসক",
    super_admin: "সব ক্যাফেটেরিয়ার প্রশাসক",
  },
  faces: {
    "/": "মেনুতে যান",
    "/kitchen": "রান্নাঘরে যান",
    "/kitchen/hand-over": "হস্তান্তরে যান",
    "/desk": "ডেস্কে যান",
  },
};

export const staffWords: Catalogue<StaffWords> = { en, bn };
