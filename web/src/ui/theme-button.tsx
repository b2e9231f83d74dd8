import { Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from './button.tsx';

const remember = (theme: string): void => {
  try {
    localStorage.setItem('mk0r-theme', theme);
  } catch {
    return; // Storage is forbidden: the choice lasts as long as the page.
  }
};

/** At once: each control fading from day to night at a pace of its own is unreadable on the way. */
const apply = (theme: string): void => {
  const root = document.documentElement;
  root.dataset.themeChanging = '';
  root.dataset.theme = theme;
  root.getBoundingClientRect();
  delete root.dataset.themeChanging;
};

export const ThemeButton = () => {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? 'light');
  const other = theme === 'dark' ? 'light' : 'dark';
  const change = (): void => {
    apply(other);
    remember(other);
    setTheme(other);
  };
  return (
    <IconButton label={`Use the ${other} theme`} onClick={change}>
      {theme === 'dark' ? <Sun className="size-4" /> : <Moon className="size-4" />}
    </IconButton>
  );
};
