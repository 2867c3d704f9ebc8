import { createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { safeNext } from "~/accounts/places";
import { deskRoutes } from "~/desk/routes";
import { kitchenRoutes } from "~/kitchen/routes";
import { buttonClass } from "~/look/parts";
import { MenuPage } from "~/menu/MenuPage";
import { CartPage } from "~/orders/CartPage";
import { readShow } from "~/orders/shown";
import { useSpeech } from "~/words/language";
import { root } from "./root";
import { Shell } from "./Shell";

const student = createRoute({ getParentRoute: () => root, id: "student", component: Shell });

// An array of its own: written within the call, routes would lose their types, and every address would be right.
const studentPages = [
  createRoute({ getParentRoute: () => student, path: "/", component: MenuPage }),
  createRoute({ getParentRoute: () => student, path: "/cart", component: CartPage }),
  createRoute({
    getParentRoute: () => student,
    path: "/orders",
    validateSearch: readShow,
    component: lazyRouteComponent(() => import("~/orders/OrdersPage"), "OrdersPage"),
  }),
  createRoute({
    getParentRoute: () => student,
    path: "/orders/$id",
    component: lazyRouteComponent(() => import("~/tracking/TrackerPage"), "TrackerPage"),
  }),
  createRoute({
    getParentRoute: () => student,
    path: "/sign-in",
    validateSearch: safeNext,
    component: lazyRouteComponent(() => import("~/accounts/SignInPage"), "SignInPage"),
  }),
  createRoute({
    getParentRoute: () => student,
    path: "/register",
    validateSearch: safeNext,
    component: lazyRouteComponent(() => import("~/accounts/RegisterPage"), "RegisterPage"),
  }),
  createRoute({
    getParentRoute: () => student,
    path: "/account",
    component: lazyRouteComponent(() => import("~/accounts/AccountPage"), "AccountPage"),
  }),
  createRoute({ getParentRoute: () => student, path: "$", component: NotFound }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([student.addChildren(studentPages), kitchenRoutes, deskRoutes]),
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

function NotFound() {
  const { words } = useSpeech();
  return (
    <div className="space-y-4 py-12">
      <p>{words.notFound}</p>
      <a href="/" className={buttonClass("primary")}>
        {words.cart.toMenu}
      </a>
    </div>
  );
}
