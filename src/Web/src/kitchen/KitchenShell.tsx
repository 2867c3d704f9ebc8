import { Outlet } from "@tanstack/react-router";
import { Permitted } from "~/accounts/Permitted";

/** The kitchen's face: every screen of it draws its own head, because each is looked at from another distance. */
export function KitchenShell() {
  return (
    <Permitted to={["kitchen", "waiter"]}>
      {/* The ring has to be seen from three metres. */}
      <div className="contents [&_:focus-visible]:outline-4">
        <Outlet />
      </div>
    </Permitted>
  );
}
