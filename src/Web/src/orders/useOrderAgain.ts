import { useNavigate } from "@tanstack/react-router";
import { refilled } from "./cart";
import { cart, placing } from "./current";

interface Line {
  readonly itemId: string;
  readonly quantity: number;
  readonly note?: string | null;
}

export function useOrderAgain(): (lines: readonly Line[]) => void {
  const navigate = useNavigate();
  return (lines) => {
    placing.dismiss();
    cart.set(refilled(cart.get(), lines));
    void navigate({ to: "/cart" });
  };
}
