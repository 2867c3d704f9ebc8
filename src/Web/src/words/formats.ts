import type { Money } from "~/api/types";

export interface Formats {
  number(value: number): string;
  money(value: Money): string;
  /** 17:52 */
  time(at: Date | string): string;
  /** 17:46:02 */
  exactTime(at: Date | string): string;
  /** 21 Nov */
  day(at: Date | string): string;
}

export function formatsFor(language: "en" | "bn"): Formats {
  const locale = language === "bn" ? "bn-BD" : "en-GB";
  const number = new Intl.NumberFormat(locale);
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const exactTime = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
  const moneyOf = new Map<string, (minor: number) => string>();

  return {
    number: (value) => number.format(value),
    money: ({ amount, currency }) => {
      let format = moneyOf.get(currency);
      if (!format) {
        format = moneyFormat(locale, currency);
        moneyOf.set(currency, format);
      }
      return format(Number(amount));
    },
    time: (at) => time.format(new Date(at)),
    exactTime: (at) => exactTime.format(new Date(at)),
    day: (at) => day.format(new Date(at)),
  };
}

// The sign stands before the number in both languages, as on a printed menu (৳৪৫০); whole amounts carry no decimals.
function moneyFormat(locale: string, currency: string): (minor: number) => string {
  const style = { style: "currency", currency, currencyDisplay: "narrowSymbol" } as const;
  const parts = new Intl.NumberFormat("en", style);
  const decimals = parts.resolvedOptions().maximumFractionDigits ?? 2;
  const sign = parts.formatToParts(0).find((part) => part.type === "currency")?.value ?? currency;
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const exact = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return (minor) => {
    const major = minor / 10 ** decimals;
    return `${major < 0 ? "−" : ""}${sign}${(Number.isInteger(major) ? whole : exact).format(Math.abs(major))}`;
  };
}
