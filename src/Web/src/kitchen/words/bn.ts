import type { KitchenWords } from "./en";

export const bn: KitchenWords = {
  nav: "রান্নাঘর",
  wall: { title: "টিকেট" },
  handOver: { title: "হস্তান্তর" },
  board: { title: "হলের বোর্ড" },
};
