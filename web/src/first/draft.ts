import { isDeleted } from '../live/deleted.ts';

/** What was typed and not yet sent: survives a failed send and a reload of the tab. */
export const recallDraft = (name: string): string => {
  try {
    return sessionStorage.getItem(`mk0r-draft-${name}`) ?? '';
  } catch {
    return '';
  }
};

export const keepDraft = (name: string, text: string): void => {
  try {
    if (text === '' || isDeleted(name)) sessionStorage.removeItem(`mk0r-draft-${name}`);
    else sessionStorage.setItem(`mk0r-draft-${name}`, text);
  } catch {
    return; // Storage is full or forbidden: the text lives as long as the page.
  }
};
