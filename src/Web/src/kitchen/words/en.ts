export const en = {
  nav: "Kitchen",
  wall: { title: "Tickets" },
  handOver: { title: "Hand over" },
  board: { title: "Hall board" },
};

export type KitchenWords = typeof en;
