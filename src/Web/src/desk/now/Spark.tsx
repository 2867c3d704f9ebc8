const width = 120;
const height = 28;

/** The last hour as a line, from nothing to its highest minute; a minute without a value is a gap. */
export function Spark({ values }: { values: readonly (number | null)[] }) {
  const top = Math.max(...values.map((value) => value ?? 0), 0);
  const x = (index: number) => (values.length > 1 ? (index / (values.length - 1)) * width : width);
  const y = (value: number) => height - 1.5 - (top > 0 ? (value / top) * (height - 3) : 0);
  let path = "";
  values.forEach((value, index) => {
    if (value === null) return;
    const starts = index === 0 || values[index - 1] === null;
    path += `${starts ? "M" : "L"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    // A lone minute would not be seen.
    if (starts && (values[index + 1] ?? null) === null) path += "h0.5";
  });
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
      className="h-7 w-full text-accent"
    >
      <path d={`M0 ${height - 0.5}H${width}`} stroke="var(--line)" vectorEffect="non-scaling-stroke" />
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
