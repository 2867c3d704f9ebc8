import type { Catalogue } from "~/words/useWords";

interface AccountWords {
  readonly signOutEverywhere: string;
  readonly signedOutEverywhere: string;
  readonly notSignedOut: string;
  readonly changePassword: string;
  readonly currentPassword: string;
  readonly nextPassword: string;
  readonly passwordChanged: string;
  readonly wrongPassword: string;
}

export const accountWords: Catalogue<AccountWords> = {
  en: {
    signOutEverywhere: "Sign out on every device",
    signedOutEverywhere: "You are signed out on every device.",
    notSignedOut: "You are still signed in: no connection. Try again.",
    changePassword: "Change the password",
    currentPassword: "Password until now",
    nextPassword: "New password",
    passwordChanged: "The password is changed. You are signed out on every other device.",
    wrongPassword: "That is not your password until now. Nothing was changed.",
  },
  bn: {
    signOutEverywhere: "সব যন্ত্র থেকে সাইন আউট করুন",
    signedOutEverywhere: "সব যন্ত্র থেকে সাইন আউট হয়েছেন।",
    notSignedOut: "আপনি এখনও সাইন ইন আছেন: সংযোগ নেই। আবার চেষ্টা করুন।",
    changePassword: "পাসওয়ার্ড বদলান",
    currentPassword: "এখনকার পাসওয়ার্ড",
    nextPassword: "নতুন পাসওয়ার্ড",
    passwordChanged: "পাসওয়ার্ড বদলেছে। অন্য সব যন্ত্র থেকে সাইন আউট হয়েছেন।",
    wrongPassword: "এটি আপনার এখনকার পাসওয়ার্ড নয়। কিছুই বদলায়নি।",
  },
};
