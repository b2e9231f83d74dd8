// Runs before the first paint, as a file and not inline, so that the content security policy may forbid inline scripts.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => {
    try {
      return localStorage.getItem('mk0r-theme');
    } catch {
      return null; // Storage may be forbidden altogether; then the system decides.
    }
  };
  const apply = () => {
    document.documentElement.dataset.theme = chosen() ?? (dark.matches ? 'dark' : 'light');
  };
  dark.addEventListener('change', apply);
  apply();
})();
