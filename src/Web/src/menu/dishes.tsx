import { type ReactNode, useState } from "react";

// Drawn in one hand: flat forms of two or three colours on a 64 × 64 ground that suit paper and dusk alike.
const saffron = "#E08A2B";
const cream = "#F7E3BF";
const brown = "#8A4B22";
const dark = "#5B2F17";
const red = "#C4452F";
const green = "#5E8C4A";
const white = "#FFFDF8";
const clay = "#A8480A";
const grey = "#9A9184";

const steam = (
  <path
    d="M25 19c-3-4 3-5 0-10M33 19c-3-4 3-5 0-10M41 19c-3-4 3-5 0-10"
    fill="none"
    stroke={grey}
    strokeWidth="2"
    strokeLinecap="round"
  />
);
const bowl = (fill: string) => <path d="M8 33h48a24 20 0 0 1-16 18.600V55H24v-3.400A24 20 0 0 1 8 33z" fill={fill} />;
const plate = (
  <>
    <ellipse cx="32" cy="47" rx="27" ry="8" fill={grey} opacity=".45" />
    <ellipse cx="32" cy="45" rx="27" ry="8" fill={white} />
    <ellipse cx="32" cy="44.5" rx="18" ry="4.5" fill={cream} opacity=".6" />
  </>
);
const glass = (drink: string) => (
  <>
    <path d="M19 15h26l-4 41H23z" fill={white} opacity=".85" />
    <path d="M20.5 23h23L40.5 54h-17z" fill={drink} />
    <path d="M19 15h26l-4 41H23z" fill="none" stroke={grey} strokeWidth="2" strokeLinejoin="round" />
  </>
);
const straw = <path d="M34 30 40 7l6-1" fill="none" stroke={red} strokeWidth="3" strokeLinecap="round" />;
const leaf = (x: number, y: number) => <path d={`M${x} ${y}q6-7 11-1q-6 5-11 1z`} fill={green} />;

const biriyani = (
  <>
    {steam}
    <path d="M11 33q3-11 21-11t21 11z" fill={cream} />
    <path
      d="M19 30l4-4M29 27l5-2M40 27l4 3M24 31l3-1M36 31l4-1"
      stroke={saffron}
      strokeWidth="2.5"
      strokeLinecap="round"
    />
    <path d="M27 32q-1-8 6-9t8 9z" fill={brown} />
    {leaf(42, 28)}
    {bowl(clay)}
  </>
);
const skewer = (
  <>
    <path d="M7 54 57 10" stroke={grey} strokeWidth="2.5" strokeLinecap="round" />
    <g transform="rotate(-41 32 32)">
      <rect x="12" y="24" width="10" height="16" rx="4" fill={brown} />
      <rect x="23" y="25" width="5" height="14" rx="2.5" fill={green} />
      <rect x="29" y="24" width="10" height="16" rx="4" fill={dark} />
      <rect x="40" y="25" width="5" height="14" rx="2.5" fill={red} />
      <rect x="46" y="24" width="9" height="16" rx="4" fill={brown} />
    </g>
  </>
);
const stew = (surface: string, topping: string) => (
  <>
    {steam}
    <ellipse cx="32" cy="33" rx="24" ry="6" fill={surface} />
    <path d="M20 33h5M30 31h6M40 34h5M27 35h4" stroke={topping} strokeWidth="2.5" strokeLinecap="round" />
    {leaf(33, 35)}
    <path d="M8 33a24 6 0 0 0 48 0 24 20 0 0 1-16 18.600V55H24v-3.400A24 20 0 0 1 8 33z" fill={clay} />
  </>
);
const noodles = (sauce: string) => (
  <>
    <path d="M12 33q0-13 20-13t20 13z" fill={saffron} />
    <path
      d="M16 32q3-9 9 0q3-12 9 0q3-9 8 0M20 27q6-6 12 0q6-7 11 0"
      fill="none"
      stroke={cream}
      strokeWidth="2.5"
      strokeLinecap="round"
    />
    <path d="M24 24q8-7 16 0q-3 4-8 3t-8-3z" fill={sauce} />
    {bowl(clay)}
  </>
);
const date = (x: number, y: number, turn: number) => (
  <g transform={`rotate(${turn} ${x} ${y})`}>
    <ellipse cx={x} cy={y} rx="11" ry="6.5" fill={dark} />
    <path
      d={`M${x - 6} ${y - 2}q6-3 11 0`}
      fill="none"
      stroke={saffron}
      strokeWidth="1.8"
      strokeLinecap="round"
      opacity=".8"
    />
  </g>
);
const cup = (
  <>
    {steam}
    <path d="M45 30h4a7 7 0 0 1 0 14h-5" fill="none" stroke={clay} strokeWidth="4" />
    <path d="M13 25h33v15a14 14 0 0 1-14 14h-5a14 14 0 0 1-14-14z" fill={clay} />
    <ellipse cx="29.5" cy="26" rx="16.5" ry="4" fill={dark} />
  </>
);

const pictures: Readonly<Record<string, ReactNode>> = {
  "chicken-biriyani": biriyani,
  "beef-kebab": skewer,
  "chicken-haleem": stew(saffron, dark),
  "mixed-fruit-juice": (
    <>
      {glass(saffron)}
      {straw}
      <circle cx="22" cy="16" r="8" fill={red} />
      <circle cx="22" cy="16" r="5" fill={cream} />
    </>
  ),
  "medjool-dates": (
    <>
      {plate}
      {date(23, 38, -12)}
      {date(42, 39, 14)}
      {date(32, 29, 4)}
    </>
  ),
  "vegetable-samosa": (
    <>
      {plate}
      <path d="M10 43 25 17q2-3 4 0l13 26q-16 5-32 0z" fill={saffron} />
      <path d="M31 44 44 22q2-3 4 0l10 20q-13 5-27 2z" fill={brown} />
      <path d="M17 40q8 3 18 0M37 41q8 2 15 0" fill="none" stroke={cream} strokeWidth="2" strokeLinecap="round" />
    </>
  ),
  spaghetti: noodles(red),
  ramen: (
    <>
      {noodles(brown)}
      <path d="M38 8 30 26M46 9 35 26" stroke={dark} strokeWidth="2.5" strokeLinecap="round" />
      <ellipse cx="44" cy="28" rx="6" ry="4" fill={white} />
      <circle cx="44" cy="28" r="2.5" fill={saffron} />
    </>
  ),
  pizza: (
    <>
      <path d="M6 18q26-12 52 0L33 57q-1 2-3 0z" fill={saffron} />
      <path d="M10 22q22-9 44 0L32 54z" fill={cream} />
      <circle cx="25" cy="27" r="4.5" fill={red} />
      <circle cx="40" cy="27" r="4.5" fill={red} />
      <circle cx="32" cy="40" r="4" fill={red} />
      {leaf(28, 33)}
    </>
  ),
  burger: (
    <>
      <path d="M9 30q0-17 23-17t23 17z" fill={saffron} />
      <path d="M22 22h.1M31 19h.1M40 22h.1M34 25h.1" stroke={cream} strokeWidth="3" strokeLinecap="round" />
      <path d="M8 33q6 6 12 0t12 0 12 0 12 0v4H8z" fill={green} />
      <rect x="9" y="37" width="46" height="7" rx="3.5" fill={dark} />
      <path d="M9 46h46q0 8-8 8H17q-8 0-8-8z" fill={saffron} />
    </>
  ),
  sushi: (
    <>
      {plate}
      <rect x="10" y="28" width="20" height="15" rx="4" fill={dark} />
      <ellipse cx="20" cy="28" rx="10" ry="5" fill={white} />
      <ellipse cx="20" cy="28" rx="4" ry="2" fill={red} />
      <rect x="34" y="32" width="22" height="11" rx="5" fill={white} />
      <path d="M33 33q3-9 13-9t11 9q-12 4-24 0z" fill={red} />
    </>
  ),
  wrap: (
    <>
      <path d="M18 54 12 24q0-5 8-7l22-4q9-1 10 5l-12 34q-10 6-22 2z" fill={cream} />
      <path d="M14 22q10-14 36-8-2 9-16 11t-20-3z" fill={green} />
      <path d="M22 20q6-5 12-3M36 19q5-2 9-1" stroke={red} strokeWidth="4" strokeLinecap="round" fill="none" />
      <path d="M15 36q14 6 31-2l-6 18q-10 6-22 2z" fill={grey} opacity=".5" />
    </>
  ),
  salad: (
    <>
      <circle cx="21" cy="27" r="9" fill={green} />
      <circle cx="42" cy="27" r="9" fill={green} />
      <circle cx="32" cy="23" r="10" fill="#7FA862" />
      <circle cx="24" cy="28" r="4.5" fill={red} />
      <circle cx="40" cy="25" r="4" fill={cream} />
      {bowl(clay)}
    </>
  ),
  fries: (
    <>
      <path
        d="M19 34 16 12M25 34 24 8M31 34V11M37 34l2-25M43 34l5-22"
        stroke={saffron}
        strokeWidth="5"
        strokeLinecap="round"
      />
      <path d="M12 28q20 9 40 0l-5 27H17z" fill={red} />
      <path d="M27 41h10" stroke={cream} strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  "garlic-bread": (
    <>
      {plate}
      <path d="M9 40 24 18q6-5 10 1L19 44z" fill={brown} />
      <path d="M12 38 25 20q4-3 6 1L18 42z" fill={cream} />
      <path d="M31 43 45 20q7-4 10 2L42 45z" fill={brown} />
      <path d="M34 41 46 22q5-3 6 2L41 43z" fill={cream} />
      <path d="M20 33l2-3M24 28l2-3M41 34l2-3M45 28l2-3" stroke={green} strokeWidth="2.5" strokeLinecap="round" />
    </>
  ),
  soup: stew(red, cream),
  cola: (
    <>
      {glass(dark)}
      {straw}
      <rect x="25" y="28" width="7" height="7" rx="1.5" fill={cream} opacity=".5" />
      <rect x="33" y="36" width="7" height="7" rx="1.5" fill={cream} opacity=".4" />
    </>
  ),
  juice: (
    <>
      {glass(saffron)}
      {straw}
    </>
  ),
  water: (
    <>
      {glass("#A9CFE3")}
      <circle cx="29" cy="36" r="2.5" fill={white} />
      <circle cx="35" cy="43" r="2" fill={white} />
      <circle cx="34" cy="30" r="1.5" fill={white} />
    </>
  ),
  coffee: cup,
  cheesecake: (
    <>
      {plate}
      <path d="M10 33 50 20q6 4 5 11v9H10z" fill={cream} />
      <path d="M10 38h45v5H10z" fill={brown} />
      <path d="M10 33 50 20q6 4 5 11z" fill={saffron} />
      <circle cx="41" cy="20" r="5" fill={red} />
    </>
  ),
  brownie: (
    <>
      {plate}
      <path d="M12 28 30 20l24 6-18 9z" fill={brown} />
      <path d="M12 28v11l24 7V35z" fill={dark} />
      <path d="M36 35v11l18-9V26z" fill="#70401F" />
      <path d="M24 26h.1M32 24h.1M38 28h.1M30 29h.1" stroke={cream} strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  icecream: (
    <>
      <path d="M19 32h26L32 59z" fill={saffron} />
      <path d="m24 33 12 16M32 33l7 9M40 33 28 49M32 33l-7 9" stroke={brown} strokeWidth="1.5" opacity=".6" />
      <circle cx="24" cy="26" r="9" fill={cream} />
      <circle cx="40" cy="26" r="9" fill={red} opacity=".8" />
      <circle cx="32" cy="17" r="10" fill={white} />
    </>
  ),
  special: (
    <>
      <path d="M8 46a24 24 0 0 1 48 0z" fill={grey} />
      <path d="M15 42a18 18 0 0 1 11-13" fill="none" stroke={white} strokeWidth="3" strokeLinecap="round" />
      <circle cx="32" cy="18" r="4" fill={clay} />
      <rect x="5" y="46" width="54" height="6" rx="3" fill={clay} />
    </>
  ),
};

// A dish that nobody has drawn yet looks like its category.
const fallbacks: readonly (readonly [RegExp, string])[] = [
  [/beverage|drink/i, "juice"],
  [/dessert|sweet/i, "cheesecake"],
  [/snack|appetizer|starter/i, "vegetable-samosa"],
  [/side/i, "salad"],
];

export function DishPicture({
  itemId,
  categoryId,
  imageUrl,
  size = 56,
}: {
  itemId: string;
  categoryId: string;
  imageUrl?: string | null | undefined;
  size?: number;
}) {
  // A picture that is not there any more, or not on this site (where no page may fetch it), is drawn.
  const [missing, setMissing] = useState<string | null>(null);
  if (imageUrl?.startsWith("/") && imageUrl !== missing) {
    return (
      <img
        src={imageUrl}
        alt=""
        width={size}
        height={size}
        loading="lazy"
        decoding="async"
        className="shrink-0 rounded-card bg-raised object-cover"
        onError={() => setMissing(imageUrl)}
      />
    );
  }
  const fallback = fallbacks.find(([category]) => category.test(categoryId))?.[1] ?? "special";
  return (
    <span
      className="inline-flex shrink-0 items-center justify-center rounded-card bg-raised"
      style={{ width: size, height: size }}
    >
      <svg viewBox="0 0 64 64" width={size * 0.82} height={size * 0.82} aria-hidden="true" focusable="false">
        {pictures[itemId] ?? pictures[fallback]}
      </svg>
    </span>
  );
}
