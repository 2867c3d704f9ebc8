import { useParams } from "@tanstack/react-router";
import { Permitted } from "~/accounts/Permitted";
import { Wall } from "./Wall";

export function WallPage() {
  const { station } = useParams({ strict: false });
  return (
    <Permitted to={["kitchen"]}>
      <Wall station={station ?? null} />
    </Permitted>
  );
}
