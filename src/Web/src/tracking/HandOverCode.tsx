import qrcode from "qrcode-generator";
import { useMemo } from "react";

/** A QR code drawn as one path: what is scanned at the counter. */
export function HandOverCode({ orderId, label }: { orderId: string; label: string }) {
  const { path, size } = useMemo(() => {
    const code = qrcode(0, "M");
    code.addData(orderId);
    code.make();
    const modules = code.getModuleCount();
    let drawn = "";
    for (let row = 0; row < modules; row++) {
      for (let column = 0; column < modules; column++) {
        if (code.isDark(row, column)) drawn += `M${column + 2} ${row + 2}h1v1h-1z`;
      }
    }
    return { path: drawn, size: modules + 4 };
  }, [orderId]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      width="176"
      height="176"
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
