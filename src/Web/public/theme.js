// Before the first paint, and a file of its own because the content security policy allows no inline script.
(() => {
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = read("cafeteria.theme") ?? (dark ? "dark" : "light");
  document.documentElement.lang = read("cafeteria.language") ?? (navigator.language.startsWith("bn") ? "bn" : "en");
})();
