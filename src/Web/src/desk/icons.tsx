import { Icon } from "~/look/icons";

export const NowIcon = () => (
  <Icon>
    <path d="M3 12h4l2.500 6 5-13 2.500 7h4" />
  </Icon>
);

export const OrdersIcon = () => (
  <Icon>
    <path d="M5 6h14M5 12h14M5 18h9" />
  </Icon>
);

export const MenuIcon = () => (
  <Icon>
    <path d="M7 3v8a2 2 0 0 0 2 2v8M7 3v5M11 3v8a2 2 0 0 1-2 2M17 3c-2 2-3 5-3 9h3v9" />
  </Icon>
);

export const StockIcon = () => (
  <Icon>
    <path d="M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8" />
  </Icon>
);

export const KitchenIcon = () => (
  <Icon>
    <path d="M5 11h14v5a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4zM2.500 11h19M9 7c0-2 1.500-2 1.500-4M14 7c0-2 1.500-2 1.500-4" />
  </Icon>
);

export const PeopleIcon = () => (
  <Icon>
    <circle cx="9" cy="8" r="3.500" />
    <path d="M2.500 20c.700-3.600 3-5.500 6.500-5.500s5.800 1.900 6.500 5.500M16 5a3.300 3.300 0 0 1 0 6.500M18 14.800c2 .700 3.200 2.400 3.500 5.200" />
  </Icon>
);

export const ReportsIcon = () => (
  <Icon>
    <path d="M4 20V4M4 20h16M9 16v-5M13.500 16V7M18 16v-3" />
  </Icon>
);

export const FailuresIcon = () => (
  <Icon>
    <path d="M13 3 5 14h6l-1 7 9-12h-6.500z" />
  </Icon>
);
