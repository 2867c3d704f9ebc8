import { MoonIcon, SunIcon } from "~/look/icons";
import { IconButton } from "~/look/parts";
import { setTheme, useTheme } from "~/look/theme";
import { setLanguage, useSpeech } from "~/words/language";

/** The language and the colours: two buttons at the head of every face. */
export function Preferences() {
  const { words, language } = useSpeech();
  const theme = useTheme();
  const other = language === "en" ? "bn" : "en";
  return (
    <>
      <button
        type="button"
        lang={other}
        onClick={() => setLanguage(other)}
        className="inline-flex size-12 shrink-0 items-center justify-center rounded-control font-semibold text-small hover:bg-raised"
      >
        {words.otherLanguage}
        <span className="sr-only"> {words.switchLanguage}</span>
      </button>
      <IconButton
        label={theme === "dark" ? words.toLight : words.toDark}
        onClick={() => setTheme(theme === "dark" ? "light" : "dark")}
      >
        {theme === "dark" ? <SunIcon /> : <MoonIcon />}
      </IconButton>
    </>
  );
}
