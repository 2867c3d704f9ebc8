import type { Catalogue } from "~/words/useWords";

interface AccountWords {
  readonly signOutEverywhere: string;
  readonly signedOutEverywhere: string;
  readonly notSignedOut: string;
}

export const accountWords: Catalogue<AccountWords> = {
  en: {
    signOutEverywhere: "Sign out on every device",
    signedOutEverywhere: "You are signed out on every device.",
    notSignedOut: "You are still signed in: no connection. Try again.",
  },
  bn: {
    signOutEverywhere: "সব যন্ত্র থেকে সাইন আউট করুন",
    signedOutEverywhere: "সব যন্ত্র থেকে সাইন আউট হয়েছেন।",
    notSignedOut: "আপনি এখনও সাইন ইন আছেন: সংযোগ নেই। আবার চেষ্টা করুন।",
  },
};
