import { Link } from "@tanstack/react-router";
import { PersonIcon } from "~/look/icons";
import { useSpeech } from "~/words/language";

/** To one's own account, at the head of every face for those who work here. */
export function AccountLink() {
  const { words } = useSpeech();
  return (
    <Link
      to="/account"
      aria-label={words.account}
      title={words.account}
      className="inline-flex size-12 items-center justify-center rounded-control hover:bg-raised"
    >
      <PersonIcon />
    </Link>
  );
}
