import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { root } from "~/app/root";

const desk = createRoute({
  getParentRoute: () => root,
  path: "/desk",
  component: lazyRouteComponent(() => import("./DeskShell"), "DeskShell"),
});

export const deskRoutes = desk.addChildren([
  createRoute({
    getParentRoute: () => desk,
    path: "/",
    component: lazyRouteComponent(() => import("./NowPage"), "NowPage"),
  }),
]);
